"""Storage's time: by it everything is dated and judged that is deleted once its time is over.

All instances share that clock, and it is the one that a wrong clock here cannot move. What it says is learnt from the
Date of storage's answers and carried on by a clock that measures only how much time passes, so that a jump of this
machine's time of day changes nothing. Neither clock is believed alone: while they differ by more than an hour, nobody
can tell which of them is wrong, and nothing is deleted.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from services import metrics
from services.errors import ClockUnsureError
from utils.timestamps import utc_milliseconds

log = logging.getLogger(__name__)

TOLERANCE = timedelta(hours=1)
# Dates are whole seconds.
_TICK = timedelta(seconds=1)
# The time that a machine sleeps passes as well, where the system can count it.
_PASSING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@dataclass(frozen=True)
class _ClockReading:
    """What storage's clock showed, and when by the clock that counts."""

    moment: datetime
    counted: float

    def carried_on(self, counted: float) -> datetime:
        return self.moment + timedelta(seconds=counted - self.counted)


class ServerTime:
    """What answers have told of storage's clock. Any thread may use it."""

    def __init__(self, *, counted: Callable[[], float] = lambda: time.clock_gettime(_PASSING)) -> None:
        """`counted` gives seconds that only ever pass."""
        self._counted = counted
        self._lock = threading.Lock()
        self._reading: _ClockReading | None = None
        self.readings = 0
        """How many answers have told the time."""

    def learn(self, headers: Mapping[str, str]) -> None:
        """Read the clock off an answer, if storage itself has sent it and not something on the way."""
        date = headers.get("Date", "")
        if "x-ms-request-id" not in headers:
            return
        try:
            moment = parsedate_to_datetime(date).astimezone(UTC)
        except ValueError:
            return
        with self._lock:
            counted = self._counted()
            known = self._reading.carried_on(counted) if self._reading else moment
            # What is known of the part of a second that has passed is kept as long as it may be true.
            is_within = moment <= known < moment + _TICK
            self._reading = _ClockReading(known if is_within else moment, counted)
            self.readings += 1

    def now(self) -> datetime | None:
        """What storage's clock shows, at most a moment behind it; None while no answer has told."""
        with self._lock:
            return self._reading.carried_on(self._counted()) if self._reading else None


class StorageClock:
    """Storage's time for those who set deadlines and those who end what is past them."""

    def __init__(
        self,
        time_of_storage: ServerTime,
        *,
        ask: Callable[[], object],
        own: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`ask` makes storage answer anything at all; `own` is this machine's time of day."""
        self._storage = time_of_storage
        self._ask = ask
        self._own = own
        self._stopped = False

    def now(self) -> datetime:
        """Storage's time; asks for it when no answer has told it yet, and raises `StorageError` if that fails."""
        now = self._storage.now()
        if now is None:
            self._ask()
            now = self._storage.now()
        return self._own() if now is None else now

    def judge(self) -> datetime:
        """Storage's time, just asked for: what was due then may be deleted.

        Raises `ClockUnsureError`, which is an alert as well, when storage does not tell or the clock here disagrees.
        """
        before = self._storage.readings
        self._ask()
        now = self._storage.now()
        if now is None or self._storage.readings == before:
            raise self._unsure("Storage does not say what time it is.")
        ahead = self._own() - now
        metrics.CLOCK_AHEAD.set(ahead.total_seconds())
        if abs(ahead) > TOLERANCE:
            word = "ahead of" if ahead > timedelta() else "behind"
            raise self._unsure(f"This machine's clock is {abs(ahead)} {word} that of storage.")
        self._stopped = False
        return now

    def _unsure(self, why: str) -> ClockUnsureError:
        error = ClockUnsureError(f"{why} Nothing is deleted until the clocks agree. Set the one that is wrong.")
        metrics.PURGES_STOPPED.inc()
        # Housekeeping tries again every few seconds: who is alerted need not hear each time.
        log.log(logging.INFO if self._stopped else logging.ERROR, "%s", error)
        self._stopped = True
        return error


@dataclass(frozen=True)
class Deadlines:
    """How long things of one kind are kept, by storage's clock."""

    clock: StorageClock
    lifetime: timedelta

    def from_now(self) -> datetime:
        """The deadline of something that begins, or is renewed, now."""
        return utc_milliseconds(self.clock.now() + self.lifetime)

    def passed(self, deadline: datetime) -> bool:
        """Whether it is over, to be refused; what is to be deleted is judged by `clock.judge`."""
        return deadline <= self.clock.now()
