"""Captions as they are between files: cues with times, and what stands above them."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta, Struct

MOST_CUES = 20_000
LARGEST_FILE = 2 * 1024 * 1024
"""In bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """What is shown from one moment to another."""

    start: int
    """In milliseconds."""
    end: int
    text: str
    """In the markup of WebVTT; a line break where a new line begins."""
    id: str = ""
    settings: str = ""
    """Where it is shown, as WebVTT writes that behind the times."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """All of a track."""

    cues: tuple[Cue, ...]
    """By their starts."""
    heads: tuple[str, ...] = ()
    """Blocks of WebVTT above the first cue: notes, styles and regions."""


class FixedCue(Struct, frozen=True, kw_only=True):
    """A cue that takes another's place."""

    start: Annotated[float, Meta(description="In seconds.")]
    end: float
    text: Annotated[str, Meta(description="In the markup of WebVTT.")]


class CaptionWarning(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that could be better, or that was changed as the file came in."""

    cue: Annotated[int | None, Meta(description="Its place in the track, from 1; null where it concerns all of it.")]
    at: Annotated[float, Meta(description="When it is shown, in seconds.")]
    rule: Annotated[str, Meta(description="Which rule; the same word for the same rule.")]
    detail: Annotated[str, Meta(description="What is wrong, in a sentence.")]
    fix: Annotated[tuple[FixedCue, ...] | None, Meta(description="What can be put in the cue's place.")] = None


def seconds(milliseconds: int) -> float:
    """The same in seconds."""
    return milliseconds / 1000
