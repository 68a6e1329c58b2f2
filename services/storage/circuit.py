"""A circuit breaker around storage: while it is known to be away, nobody waits for it in vain."""

import logging
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from circuitbreaker import CircuitBreaker

from services import metrics
from services.storage.errors import SourceUnavailableError, StorageUnavailableError

log = logging.getLogger(__name__)

# In a row, over all threads: one in ten that fails by chance does not open the circuit, an outage does in seconds.
_FAULTS = 6
_PAUSE_SECONDS = 5


class Circuit:
    """Opens when one attempt after another fails, and lets somebody try again every few seconds.

    Only `StorageUnavailableError` counts: a refusal, or a blob that is not there, shows that storage answers. What the
    source of a copy does wrong, or may do, says neither that storage is away nor that it is not.
    """

    def __init__(self, *, pause_seconds: float = _PAUSE_SECONDS) -> None:
        self._breaker = CircuitBreaker(  # type: ignore[no-untyped-call]
            failure_threshold=_FAULTS, recovery_timeout=pause_seconds, expected_exception=StorageUnavailableError
        )
        self._pause_seconds = pause_seconds
        self._turn = threading.Lock()
        self._known_open = False
        self._next_trial = 0.0

    @property
    def closed(self) -> bool:
        """Whether storage answers, as far as is known."""
        return bool(self._breaker.closed)

    def check(self) -> None:
        """Raise `StorageUnavailableError` while the circuit is open, except for one caller every few seconds."""
        if self._breaker.opened or not (self._breaker.closed or self._trial_is_due()):
            wait = max(1, math.ceil(self._breaker.open_remaining))
            raise StorageUnavailableError("Storage is away right now. Try again in a moment.", retry_after=wait)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Count what happens inside."""
        try:
            yield
        except SourceUnavailableError:
            raise
        except BaseException as error:
            if isinstance(error, StorageUnavailableError):
                metrics.STORAGE_FAULTS.inc()
            self._count(error)
            raise
        else:
            self._count(None)

    def _count(self, error: BaseException | None) -> None:
        try:
            with self._breaker:
                if error is not None:
                    raise error
        finally:
            self._note()

    def _trial_is_due(self) -> bool:
        # Storage that says nothing makes its caller wait: that must be one, and not everyone who comes meanwhile.
        with self._turn:
            now = time.monotonic()
            due = now >= self._next_trial
            if due:
                self._next_trial = now + self._pause_seconds
            return due

    def _note(self) -> None:
        is_open = not self._breaker.closed
        with self._turn:
            if is_open == self._known_open:
                return
            self._known_open = is_open
        metrics.CIRCUIT_OPEN.set(int(is_open))
        if is_open:
            log.error("storage is away: requests that need it are refused until it answers again")
        else:
            log.warning("storage answers again")
