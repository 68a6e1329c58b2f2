"""The page of the library's worst, and what the page of a film says about it."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from werkzeug import Response

from routes.http.actors import current_actor
from routes.http.wiring import services
from routes.library.list_query import library_query
from routes.site.pages import prepare_pages, show_page
from services.accessibility.score import Accessibility, Missing
from services.actors.policy import Act, may
from services.library.catalogue.pages import WORST_FIRST
from services.videos.video import Video
from utils.cursors import encode_cursor

blueprint = Blueprint("accessibility_pages", __name__)
prepare_pages(blueprint)

_KIND = {Missing.DESCRIPTIONS: "descriptions"}


@blueprint.get("/accessibility")
def worst() -> Response:
    """The films that lack most, first."""
    query = library_query(usual_sort=WORST_FIRST)
    rated, page = services().accessibility.report.page(query, by=current_actor())
    asked: dict[str, Any] = {
        name: text for name, text in request.args.items() if name in {"q", "missing", "sort"} and text
    }
    following = page.next and url_for("accessibility_pages.worst", **asked, cursor=encode_cursor(page.next))
    export = {name: text for name, text in asked.items() if name != "sort"}
    return show_page(
        "accessibility/worst.html",
        rated=rated,
        rebuilding=page.rebuilding,
        next=following,
        asked=asked,
        things=tuple(Missing),
        export=url_for("accessibility.report", **export),
    )


@blueprint.app_template_global()
def accessibility_of_film(video: Video) -> Accessibility:
    """How accessible a film is that is shown, with the sign tracks that its viewer may see."""
    return services().accessibility.report.of(video, by=current_actor())


@dataclass(frozen=True, kw_only=True)
class WayToMend:
    """Where what is missing can be brought in: by a plain form, and better by a page that needs scripts."""

    plain: str
    scripted: str | None = None


@blueprint.app_template_global()
def way_to_mend(video: Video, found: Accessibility, missing: Missing) -> WayToMend | None:
    """The way for whoever asks; None for who may not."""
    if not may(current_actor(), Act.EDIT, video):
        return None
    if missing is Missing.SIGN_TRACK:
        return WayToMend(plain=url_for("sign_track_pages.page", video_id=video.id))
    form = partial(url_for, "watch.page", video_id=video.id, _anchor="transcript")
    if found.captions is None or missing in {Missing.DESCRIPTIONS, Missing.TRANSCRIPT}:
        return WayToMend(plain=form(add=_KIND.get(missing, "captions")))
    track = found.captions.track
    asked = {"lang": track.language, "kind": track.kind.value}
    return WayToMend(
        plain=form(checked=f"{track.language}-{track.kind.value}", add="captions"),
        scripted=url_for("caption_editor.page", video_id=video.id, **asked),  # type: ignore[arg-type]
    )
