"""What a clip comes from: a film, and from when to when. It is a video like any other, and says so in its metadata."""

import math
import re
from dataclasses import dataclass

LATEST = 1000 * 3600.0
"""No film is longer, in seconds (`services/media/probe.py`)."""

SHORTEST = 0.01
"""Seconds of the shortest clip."""

_BEYOND = 0.1
"""By so much players round the length of a film up."""
_LONGEST_ID = 1024  # Azure's limit on names of blobs.
_SECONDS = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,12})?")


@dataclass(frozen=True, kw_only=True)
class ClipOf:
    """Where a clip was taken from, as it was asked for."""

    video_id: str
    """The film's; it may be gone."""
    start: float
    """In seconds of the film."""
    end: float
    by: str | None = None
    """The id of the account that took it, where it is known."""


def fault_in(start: float, end: float, *, duration: float | None) -> tuple[str, str] | None:
    """Which of the two is no moment of a film of that length, and why; None where both are, one after the other."""
    for field, moment in (("start", start), ("end", end)):
        if not math.isfinite(moment):
            return field, "Expected a number of seconds"
        if not 0 <= moment <= LATEST:
            return field, "No film has such a moment"
    if end - start < SHORTEST:
        return "end", "The end must come after the start"
    if duration is not None and (start >= duration or end > duration + _BEYOND):
        return "start" if start >= duration else "end", f"The film is only {duration:.3f} s long"
    return None


def seconds_of(text: str | None) -> float | None:
    """The seconds that a text names; None where it names none."""
    return float(text) if text and _SECONDS.fullmatch(text) else None


def seconds_text(seconds: float) -> str:
    """The same as a text that `seconds_of` reads."""
    whole = f"{seconds:.6f}".rstrip("0").rstrip(".")
    return whole or "0"


def clip_from(video_id: str | None, start: float | None, end: float | None, by: str | None = None) -> ClipOf | None:
    """What stored fields say a video was taken from; None where they say nothing, or nothing that can be."""
    if not video_id or len(video_id) > _LONGEST_ID or start is None or end is None:
        return None
    if fault_in(start, end, duration=None) is not None:
        return None
    return ClipOf(video_id=video_id, start=float(start), end=float(end), by=by)
