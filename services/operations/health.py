"""Readiness: asks every service that talks to something whether it answers, each within a bounded time."""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

log = logging.getLogger(__name__)

Ping = Callable[[float], None]
"""Raises when its service does not answer within so many seconds."""


@dataclass(frozen=True)
class CheckResult:
    """The verdict on one service."""

    ok: bool
    seconds: float
    reason: str | None = None


class Readiness:
    """Runs all pings side by side; one that hangs counts as down and holds nobody up."""

    def __init__(self, pings: Mapping[str, Ping], *, limit: float = 3.0) -> None:
        self._pings = pings
        self._limit = limit
        # A ping may hang below its own time limit (name resolution, say). It then occupies a thread here, and the
        # bound on threads is what keeps a storm of readiness checks from piling up.
        self._pool = ThreadPoolExecutor(max_workers=2 * len(pings), thread_name_prefix="readiness")

    def check(self) -> Mapping[str, CheckResult]:
        """Ping everything now; takes a little over the limit at most."""
        started = time.monotonic()
        running = {name: self._pool.submit(_timed, ping, self._limit) for name, ping in self._pings.items()}
        return {name: self._verdict(name, future, started=started) for name, future in running.items()}

    def _verdict(self, name: str, future: Future[float], *, started: float) -> CheckResult:
        left = max(0.0, started + self._limit + 0.5 - time.monotonic())
        try:
            return CheckResult(ok=True, seconds=round(future.result(timeout=left), 4))
        except Exception as error:  # noqa: BLE001 - whatever a ping raises, the answer is "down"
            future.cancel()
            log.warning("readiness: %s is down: %s", name, str(error) or type(error).__name__)
            return CheckResult(
                ok=False, seconds=round(time.monotonic() - started, 4), reason=f"The {name} does not answer."
            )


def _timed(ping: Ping, limit: float) -> float:
    started = time.monotonic()
    ping(limit)
    return time.monotonic() - started
