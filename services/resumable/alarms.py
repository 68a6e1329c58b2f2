"""Calls at a later time. Most are taken back before it comes: a thread for each would cost more than what it calls."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable


class Alarm:
    """One call that is due later, unless it is taken back."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act: Callable[[], object] | None = act

    def cancel(self) -> None:
        """Take it back; of one that has gone off, nothing happens."""
        self._act = None

    def go_off(self) -> None:
        """Make the call, in a thread of its own."""
        if (act := self._act) is not None:
            threading.Thread(target=act, name="alarm", daemon=True).start()


class Alarms:
    """Waits for the next of all alarms of a process, in one thread, from the first of them on."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Alarm]] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    def after(self, seconds: float, act: Callable[[], object]) -> Alarm:
        """Call `act` after so many seconds."""
        alarm = Alarm(act)
        entry = (time.monotonic() + seconds, next(self._numbers), alarm)
        with self._changed:
            heapq.heappush(self._due, entry)
            if self._due[0] is entry:
                self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._wait, name="alarms", daemon=True)
                self._thread.start()
        return alarm

    def _wait(self) -> None:
        while True:
            with self._changed:
                while not self._due or (pause := self._due[0][0] - time.monotonic()) > 0:
                    self._changed.wait(pause if self._due else None)
                _, _, alarm = heapq.heappop(self._due)
            alarm.go_off()
