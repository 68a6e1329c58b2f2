"""A circuit breaker around storage: while it is known to be away, nobody waits for it in vain."""

import logging
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from circuitbreaker import CircuitBreaker

from services import metrics
from services.errors import StorageUnavailableError

log = logging.getLogger(__name__)

# In a row, over all threads: one in ten that fails by chance does not open the circuit, an outage does in seconds.
_FAULTS = 6
_PAUSE_SECONDS = 5


class Circuit:
    """Opens when one attempt after another fails, and lets somebody try again every few seconds.

    Only `StorageUnavailableError` counts: a refusal, or a blob that is not there, shows that storage answers.
    """

    def __init__(self) -> None:
        self._breaker = CircuitBreaker(  # type: ignore[no-untyped-call]
            failure_threshold=_FAULTS, recovery_timeout=_PAUSE_SECONDS, expected_exception=StorageUnavailableError
        )
        self._turn = threading.Lock()
        self._known_open = False

    @property
    def closed(self) -> bool:
        """Whether storage answers, as far as is known."""
        return bool(self._breaker.closed)

    def check(self) -> None:
        """Raise `StorageUnavailableError` while the circuit is open."""
        if self._breaker.opened:
            wait = max(1, math.ceil(self._breaker.open_remaining))
            raise StorageUnavailableError("Storage is away right now. Try again in a moment.", retry_after=wait)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Count what happens inside."""
        try:
            with self._breaker:
                yield
        except StorageUnavailableError:
            metrics.STORAGE_FAULTS.inc()
            raise
        finally:
            self._note()

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
