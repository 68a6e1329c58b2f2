"""What the quality gate has said of a track, and what it leaves out: kept in the index, so that lists need not read it.

Limits that an administrator changes, and another way of judging, make a judgement out of date; housekeeping judges
again.
"""

from collections.abc import Iterator, Sequence

import msgspec

from services.captions.cues import CaptionWarning, Cue, Words
from services.captions.gate import CaptionLimits

_WAY = 1
"""Another number wherever the same words would be judged in another way."""
_LEAST_GAP = 5000
"""Milliseconds without words of which a judgement tells."""
_MOST_GAPS = 100
_PAST_END = "past-end"


class Judgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a track without reading it again. A field that is missing has its default."""

    warnings: int = 0
    """What the gate has to say, but for what depends on the film's length; of one rule it does not count for ever."""
    end: int = 0
    """When the last words go, in milliseconds."""
    gaps: tuple[tuple[int, int], ...] = ()
    """From when to when nothing is shown before that, in milliseconds: the longest, by their starts."""


UNREADABLE = Judgement(warnings=1)
"""What is said of a track that another tool has put there, and that nobody can read."""


def way_of(limits: CaptionLimits) -> str:
    """A text for the way that tracks are judged by now."""
    return f"{_WAY} {limits.line}/{limits.lines}/{limits.speed}"


def judged(words: Words, findings: Sequence[CaptionWarning]) -> Judgement:
    """The judgement of these words, of which the gate has found that."""
    gaps = sorted(_gaps(words.cues), key=lambda gap: gap[0] - gap[1])[:_MOST_GAPS]
    return Judgement(
        warnings=sum(each.rule != _PAST_END for each in findings),
        end=max((cue.end for cue in words.cues), default=0),
        gaps=tuple(sorted(gaps)),
    )


def _gaps(cues: Sequence[Cue]) -> Iterator[tuple[int, int]]:
    shown_until = 0
    for cue in cues:
        if cue.start - shown_until >= _LEAST_GAP:
            yield shown_until, cue.start
        shown_until = max(shown_until, cue.end)
