"""What a video comes from, and what was taken from it, in its JSON."""

from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct

from routes.http.actors import current_actor
from routes.http.openapi.parameters import AN_ID
from routes.http.wiring import services
from services.videos.video import Video


class ClipOfVideo(Struct, frozen=True, kw_only=True):
    """A clip of a video, as that one's JSON names it."""

    id: str
    title: str
    start: Annotated[float, Meta(description="In seconds of the video, as it was asked for.")]
    end: float


class ClippedMessage(Struct, frozen=True, kw_only=True):
    """What a video comes from, and what was taken from it."""

    clip_of: Annotated[str | None, Meta(description="The id of the video that it is a clip of, which may be gone.")]
    start: Annotated[float | None, Meta(description="From when on, in seconds of that video.")]
    end: float | None
    clips: Annotated[tuple[ClipOfVideo, ...], Meta(description="Clips of it that you may see, by their starts.")]


def clips_of(videos: Sequence[Video]) -> dict[str, tuple[ClipOfVideo, ...]]:
    """The clips of these videos, by their ids."""
    found = services().library.beside.clips_of([video.id for video in videos], by=current_actor())
    return {
        id_: tuple(
            ClipOfVideo(id=each.id, title=each.title, start=each.clip.start, end=each.clip.end)
            for each in those
            if each.clip is not None
        )
        for id_, those in found.items()
    }


def clip_fields(video: Video, clips: tuple[ClipOfVideo, ...]) -> dict[str, Any]:
    """The fields of `ClippedMessage`."""
    source = video.clip
    said = {"clip_of": source.video_id, "start": source.start, "end": source.end} if source else {}
    return {"clip_of": None, "start": None, "end": None, **said, "clips": clips}


CLIPPED: dict[str, Any] = {
    "clip_of": None,
    "start": None,
    "end": None,
    "clips": (ClipOfVideo(id=f"clip_{AN_ID}", title="The boat", start=12.5, end=22.5),),
}
"""Those of the examples."""
