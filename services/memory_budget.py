"""The bytes in flight of all uploads of a process, counted; who asks for more than is left waits."""

import threading
import time
from typing import Protocol

from services import metrics
from services.errors import BusyError


class Holder(Protocol):
    """Somebody who keeps bytes of the budget and can be asked to get rid of them."""

    @property
    def reclaimable(self) -> int:
        """How many bytes `give_back` would set free."""

    def give_back(self) -> None:
        """Send off what is held, although it is less than wanted; returns at once."""


class MemoryBudget:
    """A number of bytes that uploads share.

    Bytes are reserved before they are read from a socket, and released when storage has acknowledged them. Half
    filled blocks could hold the whole budget while everyone waits for more of it: so whoever finds it spent makes the
    largest holders send off their blocks early, until enough is on its way back.
    """

    def __init__(self, total: int, *, patience: float = 120.0) -> None:
        self.total = total
        metrics.BUDGET_TOTAL.set(total)
        self._patience = patience
        self._changed = threading.Condition()
        self._used = 0
        self._leaving = 0
        self._wanted = 0
        self._holders: set[Holder] = set()

    @property
    def used(self) -> int:
        """How many bytes are reserved now."""
        return self._used

    def join(self, holder: Holder) -> None:
        """Make a holder known, which may be asked to give back from then on."""
        with self._changed:
            self._holders.add(holder)

    def leave(self, holder: Holder) -> None:
        """Forget a holder."""
        with self._changed:
            self._holders.discard(holder)

    def acquire(self, amount: int) -> None:
        """Reserve `amount` bytes; wait for them; raise `BusyError` when none come back for too long."""
        if amount > self.total:
            raise ValueError(f"{amount} bytes can never fit into a budget of {self.total}.")
        with self._changed:
            if self._used + amount <= self.total:
                self._add(amount)
                return
            self._wanted += amount
        try:
            self._wait_for(amount)
        finally:
            with self._changed:
                self._wanted -= amount

    def sending(self, amount: int) -> None:
        """Note that `amount` reserved bytes are on their way to storage, so that they will be released soon."""
        with self._changed:
            self._leaving += amount

    def sent(self, amount: int) -> None:
        """Release bytes that were `sending`."""
        with self._changed:
            self._leaving -= amount
            self._add(-amount)
            self._changed.notify_all()

    def release(self, amount: int) -> None:
        """Release bytes that were reserved and are not needed."""
        if amount:
            with self._changed:
                self._add(-amount)
                self._changed.notify_all()

    def _add(self, amount: int) -> None:
        self._used += amount
        metrics.BUDGET_USED.set(self._used)

    def _wait_for(self, amount: int) -> None:
        deadline = time.monotonic() + self._patience
        while True:
            with self._changed:
                if self._used + amount <= self.total:
                    self._add(amount)
                    return
                if time.monotonic() >= deadline:
                    raise BusyError("The server has no memory left for this upload. Try again in a moment.")
                holder = self._largest_holder() if self._leaving < self._wanted else None
                if holder is None:
                    self._changed.wait(timeout=1.0)
            if holder is not None:
                holder.give_back()

    def _largest_holder(self) -> Holder | None:
        holder = max(self._holders, key=lambda each: each.reclaimable, default=None)
        return holder if holder is not None and holder.reclaimable > 0 else None
