"""Rounds: whoever is compared takes turns, and the spread is told with the median."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Spread:
    """What several rounds gave: the one in the middle, and the two at the ends."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Of these values."""
        return cls(statistics.median(values), min(values), max(values))

    def text(self, digits: int, *, factor: float = 1) -> str:
        """As it stands in a table: `0.72 (0.70 to 0.75)`."""
        middle, least, most = (f"{factor * value:.{digits}f}" for value in (self.median, self.least, self.most))
        return middle if least == most else f"{middle} ({least} to {most})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Round by round, so that what slowed a round down slowed both."""
    return Spread.of([one / other for one, other in zip(ours, theirs, strict=True)])


def in_turns(things: Sequence[T], *, rounds: int) -> Iterator[T]:
    """Every thing once a round; the next round begins with another one."""
    for number in range(rounds):
        begin = number % len(things)
        yield from (*things[begin:], *things[:begin])
