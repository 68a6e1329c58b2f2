"""The page of one video: player and details. It works without scripts."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from routes.library.messages import OneVideoMessage, one_message
from routes.playback.access import access_url
from routes.sign_tracks.shown import shown_signs
from routes.site.assets import vendored_asset
from routes.site.pages import prepare_pages, show_page
from services.actors.policy import Act, may
from services.library.errors import InvalidChangeError, VideoNotFoundError
from services.library.video_change import VideoChange
from services.videos.video import Video

blueprint = Blueprint("watch", __name__)
prepare_pages(blueprint)


@blueprint.get("/videos/<path:video_id>")
def page(video_id: str) -> Response:
    """One video: player and details."""
    video = services().library.videos.get(video_id, by=current_actor())
    shown = one_message(video)
    made = _link(video_id) if "expiry_hours" in request.args else None
    response = show_page(
        "playback/watch.html",
        video=video,
        owner=_name_of(video.owner),
        owners=_owners(video.owner),
        shown=shown,
        alike=_alike(shown),
        made=made,
        artists_known=services().artists.crediting.of([video], by=current_actor()) is not None,
        signs=shown_signs(video),
        player_script=vendored_asset("vendor/hls.js"),
    )
    if made:
        response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/videos/<path:video_id>")
def change(video_id: str) -> Response:
    """Edit or delete a video by a plain form."""
    fields = read_form()
    if fields.get("action") == "delete":
        services().library.videos.trash(video_id, by=current_actor())
        return redirect(url_for("library.trash"), code=303)
    if fields.get("action") != "edit":
        raise InvalidChangeError("The form must say what to do: edit or delete.")
    texts: dict[str, Any] = {name: fields[name] for name in VideoChange.__struct_fields__ if name in fields}
    if "tags" in texts:
        texts["tags"] = [tag for each in fields["tags"].split(",") if (tag := each.strip())]
    if "artists" in texts:
        texts["artists"] = [name for each in fields["artists"].splitlines() if (name := each.strip())]
    services().artists.crediting.edit(video_id, VideoChange(**texts), by=current_actor(), if_match=None)
    return redirect(url_for("watch.page", video_id=video_id), code=303)


def _alike(shown: OneVideoMessage) -> list[Video]:
    """Other videos that whoever asks may see: first those with the same content, then those that look alike."""
    ids = dict.fromkeys([*shown.copies, *(each.id for each in shown.near_duplicates)])
    found = []
    for id_ in ids:
        with suppress(VideoNotFoundError):  # Deleted in the meantime.
            found.append(services().library.videos.get(id_, by=current_actor()))
    return found


def _name_of(owner: str) -> str | None:
    """What the owner is called; None for those who are not told, and where it has no account."""
    by = current_actor()
    return services().accounts.people.called(owner, by=by) if may(by, Act.LIST) else None


def _owners(owner: str) -> list[tuple[str, str]]:
    """To whom whoever asks may give the video, its owner among them."""
    by = current_actor()
    if not may(by, Act.UPLOAD_FOR_OTHERS):
        return []
    found = list(services().accounts.people.owners(by=by))
    return found if any(id_ == owner for id_, _ in found) else [(owner, _name_of(owner) or owner), *found]


def _link(video_id: str) -> dict[str, object]:
    """What the API answers to who asks for a link to share; without scripts the page shows it."""
    answer = access_url(video_id).get_json()
    return {**answer, "until": datetime.fromisoformat(answer["expires_at"])}
