"""Whether captions are there for all that is heard: the longest stretch of sound without any.

What is said nobody knows here; but where something is heard for half a minute and nothing is written, not even that
there is music, somebody who does not hear misses something.
"""

from collections.abc import Iterable, Sequence

from services.captions.judgement import Judgement

_ENOUGH = 30.0
"""Seconds of sound without captions from which on something is left out."""
_LEAST, _SHARE = 5.0, 0.2
"""Of a short film, this share of it is enough, but not less than so many seconds."""

Stretch = tuple[float, float]
"""From when to when, in seconds."""


def left_out(judgement: Judgement, *, duration: float | None, silent: Sequence[Stretch]) -> float:
    """The most seconds in a row of which the captions say nothing while something is heard; 0 where that is little."""
    gaps = [(start / 1000, end / 1000) for start, end in judgement.gaps]
    if duration is not None:
        gaps.append((judgement.end / 1000, duration))
    longest = max((_heard(gap, silent) for gap in gaps), default=0.0)
    return longest if longest > _most_that_is_little(duration) else 0.0


def _most_that_is_little(duration: float | None) -> float:
    return _ENOUGH if duration is None else max(_LEAST, min(_ENOUGH, _SHARE * duration))


def _heard(gap: Stretch, silent: Iterable[Stretch]) -> float:
    start, end = gap
    quiet = sum(max(0.0, min(end, until) - max(start, since)) for since, until in silent)
    return max(0.0, end - start - quiet)
