"""The thread of each worker that scrubs, where no other process does."""

import logging
import random
import threading
from datetime import timedelta

from services.actors.actor import SYSTEM
from services.errors import ReelgateError
from services.scrub.errors import ScrubRunningError
from services.scrub.pace import Pace
from services.scrub.scrubber import Scrubber, rate_of
from services.steps import Interrupted

log = logging.getLogger(__name__)

_FIRST_PAUSE, _PAUSE = 15.0, 60.0
_STOP_SECONDS = 3.0
_SETTLED = timedelta(hours=1)
"""What is younger has just been checked as it came in, and is being worked on."""


class ScrubThread:
    """Reads beside the requests, at the pace that is set, and none of their threads."""

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._loop, daemon=True, name="scrubbing")
        self._thread.start()

    def stop(self) -> None:
        """End it, and wait for a moment until it has."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def turn(self) -> None:
        """Scrub for as long as there is something to read, it is on, and the process goes on."""
        if self._scrubber.pace and self._scrubber.is_due():
            pace = Pace(rate_of(lambda: self._scrubber.pace), wait=self._stopping.wait)
            found = self._scrubber.run(self._go, by=SYSTEM, pace=pace, settled=_SETTLED)
            log.info("read all stored videos again: %s", found)

    def _loop(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.wait(pause * random.uniform(0.5, 1.0)):  # noqa: S311 - jitter
            try:
                self.turn()
            except (Interrupted, ScrubRunningError) as reason:
                log.debug("no scrubbing: %s", reason)
            except ReelgateError as error:
                log.warning("scrubbing is put off: %s", error)
            except Exception:
                log.exception("scrubbing failed, and goes on later")
            pause = _PAUSE

    def _go(self, _: object) -> None:
        if self._stopping.is_set():
            raise Interrupted("The process ends.")
        if not self._scrubber.pace:
            raise Interrupted("Scrubbing has been turned off.")
