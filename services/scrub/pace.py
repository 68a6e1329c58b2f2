"""The speed that is not exceeded."""

import time
from collections.abc import Callable

_CATCHES_UP = 1.0
"""Seconds of what was missed that are made good."""


class Pace:
    """Holds whoever reads back to so many bytes a second."""

    def __init__(
        self,
        rate: Callable[[], float],
        *,
        wait: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`rate` is asked anew each time; 0 is as fast as can be."""
        self._rate = rate
        self._wait = wait
        self._clock = clock
        self._due = 0.0

    def spend(self, count: int) -> None:
        """Wait for as long as so many bytes may take, less what they have taken."""
        rate = self._rate()
        if rate <= 0:
            return
        now = self._clock()
        self._due = max(self._due, now - _CATCHES_UP) + count / rate
        if self._due > now:
            self._wait(self._due - now)
