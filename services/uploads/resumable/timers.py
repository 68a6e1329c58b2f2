"""Calls at a later time. Most are taken back before it comes: a thread for each would cost more than what it calls."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

_PUT_OFF_SECONDS = 0.5


class Timer:
    """One call that is due later, unless it is taken back."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act: Callable[[], object] | None = act

    def cancel(self) -> None:
        """Take it back; of one that has gone off, nothing happens."""
        self._act = None

    def fire(self) -> None:
        """Make the call, in a thread of its own."""
        if (act := self._act) is not None:
            threading.Thread(target=act, name="timer", daemon=True).start()


class Timers:
    """Waits for the next of all timers of a process, in one thread, from the first of them on."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Timer]] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, act: Callable[[], object]) -> Timer:
        """Call `act` after so many seconds."""
        timer = Timer(act)
        with self._changed:
            if self._thread is None:
                thread = threading.Thread(target=self._wait, name="timers", daemon=True)
                thread.start()
                self._thread = thread
            self._set(seconds, timer)
        return timer

    def _set(self, seconds: float, timer: Timer) -> None:
        entry = (time.monotonic() + seconds, next(self._numbers), timer)
        heapq.heappush(self._due, entry)
        if self._due[0] is entry:
            self._changed.notify()

    def _wait(self) -> None:
        while True:
            with self._changed:
                while not self._due or (pause := self._due[0][0] - time.monotonic()) > 0:
                    self._changed.wait(pause if self._due else None)
                _, _, timer = heapq.heappop(self._due)
            try:
                timer.fire()
            except RuntimeError as error:  # The system has no thread to give right now.
                log.warning("a timer is put off: %s", error)
                with self._changed:
                    self._set(_PUT_OFF_SECONDS, timer)
