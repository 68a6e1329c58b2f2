"""Reading a request's body in steps, each reserved in the memory budget before it is read."""

import time
from collections.abc import Callable
from typing import Protocol

from services import metrics
from services.uploads.block_plan import LARGEST_CHUNK
from services.uploads.memory_budget import MemoryBudget
from services.uploads.reservation import Reservation, ReservedChunk
from utils.sizes import MIB

_SMALLEST_STEP = 16 * 1024
_STEPS_AT_LEAST = 8
"""Of a short body: a few large ones leave gaps in memory, into which those of the next body do not fit."""
_LARGEST_PART = 32
"""Of the budget, in one step: those who wait behind it shall not wait long."""
_SECONDS_A_STEP = 0.25


class IncomingBody(Protocol):
    """Where the bytes come from."""

    @property
    def length(self) -> int | None:
        """Bytes that were announced; None when nobody said."""

    @property
    def at_hand(self) -> int:
        """Bytes that can at least be read without waiting for them."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes, none at the end; raises when the body breaks off or stalls."""


class BodyReader:
    """Reads bodies for all doors.

    However many uploads wait for their clients at once, what they have reserved for it is never more than half of
    the budget: that is what `uploads`, the most that are let in, is needed for. Of bytes that are here already an
    upload may take more: when many share little, larger steps make fewer and larger blocks.
    """

    def __init__(self, budget: MemoryBudget, *, uploads: int) -> None:
        self._budget = budget
        share = budget.total // (2 * uploads)
        self._largest = max(1024, min(LARGEST_CHUNK, share))
        self._smallest = min(_SMALLEST_STEP, self._largest)
        self._largest_at_hand = max(self._largest, min(LARGEST_CHUNK, budget.total // _LARGEST_PART))

    def read(self, body: IncomingBody, *, door: str, pass_on: Callable[[ReservedChunk], None]) -> None:
        """Read a body to its end, and pass its bytes on; what nobody takes over of a step comes back to the budget.

        Steps follow the client's speed, about a quarter of a second each: large ones are cheap, small ones keep what
        a slow client could lose, and what is reserved for it, small. What is here already is taken in any case.
        """
        paced = self._smallest
        largest, largest_at_hand = self._largest_steps(body.length)
        received = metrics.UPLOADED_BYTES.labels(door)

        def counted(chunk: ReservedChunk) -> None:
            received.inc(len(chunk))
            pass_on(chunk)

        while rate := self._step(body, max(paced, min(largest_at_hand, body.at_hand)), pass_on=counted):
            paced = self._next_size(paced, rate, largest=largest)

    def nothing_reserved(self) -> Reservation:
        """An empty reservation, to take over what has to be kept from one step to the next."""
        return Reservation(self._budget)

    def _step(self, body: IncomingBody, size: int, *, pass_on: Callable[[ReservedChunk], None]) -> float:
        """Read up to so many bytes and pass them on; returns how many came in a second, 0 at the end."""
        with self._budget.reserve(size) as reservation:
            started = time.monotonic()
            data = body.read(size)
            seconds = max(time.monotonic() - started, 1e-6)
            reservation.shrink(to=len(data))
            if data:
                pass_on(ReservedChunk(data, reservation))
            return len(data) / seconds

    def _largest_steps(self, length: int | None) -> tuple[int, int]:
        """What a step may be at most, when its bytes may have to be waited for and when they are here."""
        if length is None:
            return self._largest, self._largest  # Among what is here may be what is no body: the sizes of its chunks.
        part = max(MIB, length // _STEPS_AT_LEAST)
        return min(self._largest, part), min(self._largest_at_hand, part)

    def _next_size(self, size: int, rate: float, *, largest: int) -> int:
        wanted = min(4 * size, int(rate * _SECONDS_A_STEP))
        return max(self._smallest, min(largest, wanted))
