"""What has to be done from time to time: a step, as the slice states it whose work it is.

`services/operations/housekeeping.py` runs them, one instance at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.errors import ReelgateError

KeepGoing = Callable[[object], None]
"""Called by long steps between two pieces of work, with anything; raises when they have to stop."""


class Interrupted(ReelgateError):
    """The step must not go on: the lease is lost, or the process ends."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something to do every so many seconds; what `run` returns goes into the log."""

    name: str
    every: float
    run: Callable[[KeepGoing], object]
    quiet: bool = False
    """Say in the log only what it has found."""
    at_start: bool = False
    """Do it soon after a process has started, too: the one before it may have died in the middle of something."""
