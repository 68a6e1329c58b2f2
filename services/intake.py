"""Reading a request's body in steps, each reserved in the memory budget before it is read."""

import time
from collections.abc import Iterator
from typing import Protocol

from services import metrics
from services.memory_budget import MemoryBudget
from utils.block_plan import LARGEST_CHUNK, MIB

_SMALLEST_STEP = 16 * 1024
_STEPS_AT_LEAST = 8
"""Of a short body: a few large ones leave gaps in memory, into which those of the next body do not fit."""
_SECONDS_A_STEP = 0.25


class Body(Protocol):
    """Where the bytes come from."""

    @property
    def length(self) -> int | None:
        """So many were announced; None when nobody said."""

    @property
    def at_hand(self) -> int:
        """So many bytes can be read without waiting for them, or more."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, fewer only at the end; raises when the body breaks off or stalls."""


class Intake:
    """Reads bodies for all doors.

    However many uploads wait for their clients at once, what they have reserved for it is never more than half of
    the budget: that is what `uploads`, the most that are let in, is needed for.
    """

    def __init__(self, budget: MemoryBudget, *, uploads: int) -> None:
        self._budget = budget
        share = budget.total // (2 * uploads)
        self._largest = max(1024, min(LARGEST_CHUNK, share))
        self._smallest = min(_SMALLEST_STEP, self._largest)

    def chunks(self, body: Body, *, door: str) -> Iterator[bytes]:
        """Yield the body's bytes; each chunk's bytes stay reserved until the caller passes them on or releases them.

        Steps follow the client's speed, about a quarter of a second each: large ones are cheap, small ones keep what
        a slow client could lose, and what is reserved for it, small. What is here already is taken in any case.
        """
        paced = self._smallest
        largest = self._largest_step(body.length)
        received = metrics.UPLOADED_BYTES.labels(door)
        while True:
            size = max(paced, min(largest, body.at_hand))
            self._budget.acquire(size)
            started = time.monotonic()
            try:
                chunk = body.read(size)
            except BaseException:
                self._budget.release(size)
                raise
            self._budget.release(size - len(chunk))
            if not chunk:
                return
            received.inc(len(chunk))
            seconds = max(time.monotonic() - started, 1e-6)
            paced = self._next_size(paced, len(chunk) / seconds, largest=largest)
            yield chunk

    def release(self, amount: int) -> None:
        """Give back bytes of a chunk that no upload has taken over."""
        self._budget.release(amount)

    def _largest_step(self, length: int | None) -> int:
        return self._largest if length is None else min(self._largest, max(MIB, length // _STEPS_AT_LEAST))

    def _next_size(self, size: int, rate: float, *, largest: int) -> int:
        wanted = min(4 * size, int(rate * _SECONDS_A_STEP))
        return max(self._smallest, min(largest, wanted))
