"""What has to be done from time to time, by one instance at a time: steps of one loop."""

import logging
import random
import threading
from collections.abc import Callable, Sequence

from services import metrics
from services.database.notes import Notes
from services.errors import ReelgateError
from services.steps import Interrupted, KeepGoing, Step
from services.storage.leases import BlobLeases, Lease

log = logging.getLogger(__name__)

LEASE = "locks/housekeeping"

_PAUSE = 15.0
_FIRST_PAUSE = 2.0
_STOP_SECONDS = 3.0


class Housekeeping:
    """The loop, in a thread of each worker process; the lease decides whose turn it is."""

    def __init__(
        self, notes: Notes, leases: BlobLeases, *, prepare: Callable[[KeepGoing], object], steps: Sequence[Step]
    ) -> None:
        """`prepare` runs at every turn, without the lease: it concerns this instance's own index."""
        self._notes = notes
        self._leases = leases
        self._prepare = prepare
        self._steps = tuple(steps)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._began: int | None = None
        """When this process had its first turn, by the clock of the notes."""

    def start(self) -> None:
        """Begin the loop in a thread of its own."""
        self._thread = threading.Thread(target=self._loop, daemon=True, name="housekeeping")
        self._thread.start()

    def stop(self) -> None:
        """End the loop, and wait for a moment until it has."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def turn(self) -> None:
        """Do what is due, unless another instance is at it."""
        if self._began is None:
            self._began = self._notes.clock()
        self._prepare(self._unless_stopping)
        if not any(map(self._is_due, self._steps)):
            return
        with self._leases.hold(LEASE) as lease:
            if lease is None:
                return
            for step in self._steps:
                # Asked again: another instance may have done it just before.
                if self._is_due(step):
                    self._run(step, lease)

    def _loop(self) -> None:
        pause = _FIRST_PAUSE
        # Workers that start together would all ask for the lease at once.
        while not self._stopping.wait(pause * random.uniform(0.1, 1.0)):  # noqa: S311 - jitter
            try:
                self.turn()
            except Interrupted:
                log.info("housekeeping stops in the middle")
            except ReelgateError as error:
                log.warning("housekeeping is put off: %s", error)
            except Exception:
                log.exception("housekeeping failed, and goes on later")
            pause = _PAUSE

    def _is_due(self, step: Step) -> bool:
        last = self._notes.recall(_key(step))
        if last is None or (step.at_start and last < (self._began or 0)):
            return True
        now = self._notes.clock()
        # What was done in the future was done while a clock was wrong: waiting for it could take for ever.
        return last > now or now - last >= step.every * 1000

    def _run(self, step: Step, lease: Lease) -> None:
        def keep_going(_: object = None) -> None:
            self._unless_stopping()
            if not lease.held:
                raise Interrupted("The lease of housekeeping is lost.")

        started = self._notes.clock()
        keep_going()
        try:
            found = step.run(keep_going)
        except Interrupted:
            raise
        except ReelgateError as error:
            metrics.STEPS_FAILED.labels(step.name).inc()
            log.warning("housekeeping: %s failed, and is tried again soon: %s", step.name, error)
        except Exception:
            metrics.STEPS_FAILED.labels(step.name).inc()
            # The steps after this one must have their turn whatever is wrong with it.
            log.exception("housekeeping: %s failed, and is tried again soon", step.name)
        else:
            log.log(
                logging.INFO if found or not step.quiet else logging.DEBUG, "housekeeping: %s: %s", step.name, found
            )
            self._notes.remember(_key(step), started)
            metrics.STEP_SUCCEEDED.labels(step.name).set_to_current_time()

    def _unless_stopping(self, _: object = None) -> None:
        if self._stopping.is_set():
            raise Interrupted("The process ends.")


def _key(step: Step) -> str:
    return f"step.{step.name}"
