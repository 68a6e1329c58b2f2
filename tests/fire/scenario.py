"""What a scenario is, and what comes of one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Figure = tuple[str, str]
"""What was counted or measured, and how much it was."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one run has shown."""

    figures: Sequence[Figure]
    broken: Sequence[str]
    """A sentence for each promise that was not kept; empty when all were."""


class Impossible(Exception):
    """The scenario cannot be played on this machine; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One kind of trouble: its full form for the figures in the document, its short form for `make test`.

    Both are given the connection string of an Azurite, and may raise `Impossible`.
    """

    name: str
    title: str
    story: str
    """What the full form does, in plain words."""
    full: Callable[[str], Result]
    short: Callable[[str], Result]
