"""The page on which a film's sign tracks are set; it works without scripts."""

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.sign_tracks.shown import shown_signs
from routes.site.pages import prepare_pages, show_page
from services.actors.policy import Act
from services.library.catalogue.pages import PageQuery
from services.library.conditions import ALWAYS
from services.sign_tracks.errors import InvalidSignTrackError
from services.sign_tracks.track import SignKind, SignTrack

blueprint = Blueprint("sign_track_pages", __name__)
prepare_pages(blueprint)

_MOST_FOUND = 20
_LONGEST = 200


@blueprint.get("/videos/<path:video_id>/sign-tracks")
def page(video_id: str) -> Response:
    """The film's sign tracks, and videos that can become one."""
    by = current_actor()
    film = services().library.videos.get(video_id, by=by, act=Act.EDIT)
    q = request.args.get("q", "")[:_LONGEST].strip()
    found = services().library.videos.page(PageQuery(q=q, limit=_MOST_FOUND), by=by).videos
    return show_page(
        "sign_tracks/edit.html",
        video=film,
        signs=shown_signs(film),
        q=q,
        found=[each for each in found if each.id != film.id],
    )


@blueprint.post("/videos/<path:video_id>/sign-tracks")
def change(video_id: str) -> Response:
    """Set or take away a track by a plain form."""
    fields, by, tracks = read_form(), current_actor(), services().sign_tracks.tracks
    language = fields.get("language", "")
    if fields.get("action") == "remove":
        tracks.delete(video_id, language, by=by, condition=ALWAYS)
    else:
        track = SignTrack(
            film_id=video_id,
            language=language,
            video_id=fields.get("video_id", ""),
            offset=_seconds(fields.get("offset", "")),
            kind=SignKind.AVATAR if fields.get("kind") == SignKind.AVATAR else SignKind.SIGNER,
        )
        tracks.put(track, by=by, condition=ALWAYS)
    return redirect(url_for("sign_track_pages.page", video_id=video_id), code=303)


def _seconds(text: str) -> float:
    try:
        return float(text.strip().replace(",", ".") or 0)
    except ValueError as error:
        reason = "Expected a number of seconds"
        raise InvalidSignTrackError(f"{reason}.", errors=[{"field": "offset", "reason": reason}]) from error
