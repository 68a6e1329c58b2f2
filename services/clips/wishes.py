"""What somebody wants to have cut, checked before any work is spent on it."""

from dataclasses import dataclass

from services.clips.errors import invalid
from services.videos.clip_of import ClipOf, fault_in

MOST_AT_ONCE = 100
"""Clips in one request."""


@dataclass(frozen=True, kw_only=True)
class ClipWish:
    """A part of a film, from one moment to another, in seconds."""

    start: float
    end: float
    title: str | None = None
    exact: bool = False
    """Whether it begins and ends with just these pictures, and is encoded anew for that; else at the key frames."""


def clip_of(video_id: str, wish: ClipWish, *, duration: float | None, by: str | None) -> ClipOf:
    """What a clip says of itself that is cut as wished; raises `InvalidClipError`."""
    fault = fault_in(wish.start, wish.end, duration=duration)
    if fault is not None:
        raise invalid(*fault)
    return ClipOf(video_id=video_id, start=round(wish.start, 6), end=round(wish.end, 6), by=by)


def moment(seconds: float) -> str:
    """A moment as people read it: 1:02 or 1:00:02, with a fraction where it has one."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    hours, minutes = whole // 3600, whole // 60 % 60
    text = f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
    return f"{text}.{thousandths:03}".rstrip("0") if thousandths else text
