"""The bytes in flight of all uploads of a process, counted; who asks for more than is left waits in a line."""

import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import Protocol

from services import metrics
from services.errors import BusyError
from services.uploads.reservation import Reservation

_STUCK_SECONDS = 2.0
"""When nothing has come back for so long, those who fit need not stay behind those who do not."""
_MOST_PATIENCE = 5
"""Multiple of the patience after which a waiter gives up, although bytes come back."""


class Reclaimable(Protocol):
    """Somebody who keeps bytes of the budget and can be asked to get rid of them."""

    @property
    def reclaimable(self) -> int:
        """How many bytes `give_back` would set free."""

    def give_back(self) -> None:
        """Send off what is held, although it is less than wanted; returns at once."""


class _Turn:
    """A place in the line."""

    def __init__(self, amount: int, lock: threading.Lock) -> None:
        self.amount = amount
        self.came = False
        self.changed = threading.Condition(lock)


class MemoryBudget:
    """A number of bytes that uploads share.

    Bytes are reserved before they are read from a socket, and come back when storage has acknowledged them; between
    the two a `Reservation` travels with them. Half
    filled blocks could hold the whole budget while everyone waits for more of it: so whoever finds it spent makes the
    largest holders send off their blocks early, until enough is on its way back. What comes back goes to those who
    wait in the order in which they came, and wakes nobody else: they are hundreds, and it comes in small pieces.
    """

    def __init__(self, total: int, *, patience: float = 120.0, clock: Callable[[], float] = time.monotonic) -> None:
        """Who waits gives up when nothing has come back for `patience` seconds, or after five times as many."""
        self.total = total
        metrics.BUDGET_TOTAL.set(total)
        self._patience = patience
        self._clock = clock
        self._came_back = clock()
        self._lock = threading.Lock()
        self._used = 0
        self._leaving = 0
        self._line: deque[_Turn] = deque()
        self._wanted = 0
        self._forgotten: deque[tuple[int, bool]] = deque()
        self._holders = weakref.WeakSet[Reclaimable]()

    @property
    def used(self) -> int:
        """How many bytes are reserved now."""
        with self._lock:
            self._collect()
            return self._used

    @property
    def waiting(self) -> int:
        """How many wait in the line."""
        return len(self._line)

    def join(self, holder: Reclaimable) -> None:
        """Make a holder known, which may be asked to give back from then on."""
        with self._lock:
            self._holders.add(holder)

    def leave(self, holder: Reclaimable) -> None:
        """Forget a holder."""
        with self._lock:
            self._holders.discard(holder)

    def reserve(self, amount: int) -> Reservation:
        """Reserve `amount` bytes; wait for them; raise `BusyError` when that takes too long."""
        if amount > self.total:
            raise ValueError(f"{amount} bytes can never fit into a budget of {self.total}.")
        turn = _Turn(amount, self._lock)
        with self._lock:
            self._line.append(turn)
            self._wanted += amount
        try:
            self._wait_for(turn)
        except BaseException:
            with self._lock:
                self._step_out(turn)
            raise
        return Reservation(self, amount)

    def expect(self, amount: int) -> None:
        """See `Account`."""
        with self._lock:
            self._leaving += amount

    def credit(self, amount: int, *, expected: bool) -> None:
        """See `Account`."""
        with self._lock:
            self._take_back(amount, expected=expected)

    def credit_later(self, amount: int, *, expected: bool) -> None:
        """See `Account`."""
        self._forgotten.append((amount, expected))

    def _add(self, amount: int) -> None:
        self._used += amount
        metrics.BUDGET_USED.set(self._used)

    def _take_back(self, amount: int, *, expected: bool = False) -> None:
        if expected:
            self._leaving -= amount
        self._add(-amount)
        self._came_back = self._clock()
        self._serve()

    def _collect(self) -> None:
        while self._forgotten:
            amount, expected = self._forgotten.popleft()
            self._take_back(amount, expected=expected)

    def _serve(self) -> None:
        """Let in who fits, one after the other."""
        for turn in tuple(self._line):
            if self._used + turn.amount <= self.total:
                self._line.remove(turn)
                self._wanted -= turn.amount
                self._add(turn.amount)
                turn.came = True
                turn.changed.notify()
            elif self._leaving and self._clock() < self._came_back + _STUCK_SECONDS:
                break
        if self._line and self._leaving < self._wanted:
            self._line[0].changed.notify()  # It asks the holders for more.

    def _step_out(self, turn: _Turn) -> None:
        if turn.came:
            self._take_back(turn.amount)
        else:
            self._line.remove(turn)
            self._wanted -= turn.amount
            self._serve()

    def _wait_for(self, turn: _Turn) -> None:
        began = self._clock()
        while True:
            with self._lock:
                self._collect()
                self._serve()
                if turn.came:
                    return
                waited = self._clock() - max(began, self._came_back)
                if waited >= self._patience or self._clock() >= began + _MOST_PATIENCE * self._patience:
                    raise BusyError("The server has no memory left for this upload. Try again in a moment.")
                holder = self._largest_holder() if self._leaving < self._wanted else None
                if holder is None:
                    turn.changed.wait(timeout=1.0)
            if holder is not None:
                holder.give_back()

    def _largest_holder(self) -> Reclaimable | None:
        holder = max(self._holders, key=lambda each: each.reclaimable, default=None)
        return holder if holder is not None and holder.reclaimable > 0 else None
