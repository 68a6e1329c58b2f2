"""What an uploader says that a file was cut from, where it is a clip that was cut elsewhere."""

from collections.abc import Mapping

from routes.http.actors import current_actor
from services.uploads.uploads import refusal
from services.videos.clip_of import ClipOf, seconds_of
from utils.text import one_line

CLIP_FIELDS = ("clip_of", "start", "end", "start_time", "end_time")
ABOUT_CLIP_OF = "The id of the video that it is a clip of, cut elsewhere; `start` and `end` stand beside it."
ABOUT_MOMENT = "A moment of that video, in seconds. `start_time` and `end_time` are understood too."


def wanted_clip(said: Mapping[str, str | None], *, file: str = "") -> ClipOf | None:
    """What the fields say; None where they name no film. Raises `InvalidUploadError`."""
    video_id = one_line(said.get("clip_of") or "")
    if not video_id:
        return None
    start, end = (_moment(said, name, file=file) for name in ("start", "end"))
    return ClipOf(video_id=video_id, start=start, end=end, by=current_actor().id)


def _moment(said: Mapping[str, str | None], name: str, *, file: str) -> float:
    given = said.get(name) or said.get(f"{name}_time")
    seconds = seconds_of(given.strip()) if given else None
    if seconds is None:
        raise refusal(file, "Expected a number of seconds, beside clip_of.", field=name)
    return seconds
