"""Clips on the page of a film: listed, and cut by a plain form."""

import re
from dataclasses import dataclass

from flask import Blueprint, redirect, url_for
from werkzeug import Response

from routes.clips.messages import film_address
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.wiring import services
from services.actors.policy import Act, may
from services.clips.clips import Clip
from services.clips.errors import invalid
from services.clips.wishes import ClipWish
from services.errors import ReelgateError
from services.videos.video import Video

blueprint = Blueprint("clip_pages", __name__)

_MOST = 200
_MOMENT = re.compile(r"(?:(?:(?P<hours>\d{1,3}):)?(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,6}(?:[.,]\d{1,6})?)")


@dataclass(frozen=True, kw_only=True)
class ClipSource:
    """What a clip comes from, as its page says it."""

    title: str | None
    """None where the film is gone, or not for whoever asks."""
    address: str | None
    start: float
    end: float


@blueprint.app_template_global()
def clips_of_film(video: Video) -> tuple[Clip, ...]:
    """The clips of a film that is shown, by their starts; nothing while the list is away."""
    by = current_actor()
    if not may(by, Act.LIST):
        return ()
    try:
        found = services().clips.clips.of(video.id, limit=_MOST, by=by).clips
    except ReelgateError:
        return ()
    return tuple(sorted(found, key=lambda each: each.source.start if each.source else 0.0))


@blueprint.app_template_global()
def source_of_clip(video: Video) -> ClipSource | None:
    """What a clip that is shown comes from; None for what is no clip."""
    clip = video.clip
    if clip is None:
        return None
    film = services().library.beside.of([clip.video_id], by=current_actor()).get(clip.video_id)
    return ClipSource(
        title=film.title if film else None,
        address=film_address(film.id, clip.start) if film else None,
        start=clip.start,
        end=clip.end,
    )


@blueprint.post("/videos/<path:video_id>/clips")
def make(video_id: str) -> Response:
    """Have a clip cut."""
    fields = read_form()
    wish = ClipWish(
        start=_seconds(fields.get("start", ""), "start"),
        end=_seconds(fields.get("end", ""), "end"),
        title=fields.get("title"),
        exact=fields.get("cut") == "exact",
    )
    services().clips.clips.make(video_id, [wish], by=current_actor())
    return redirect(url_for("watch.page", video_id=video_id) + "#clips", code=303)


def _seconds(text: str, field: str) -> float:
    """What a person writes: 62.5, 1:02.5 or 1:00:02."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        raise invalid(field, "Expected a moment of the film, such as 1:02.5")
    hours, minutes = int(match["hours"] or 0), int(match["minutes"] or 0)
    return 3600 * hours + 60 * minutes + float(match["seconds"].replace(",", "."))
