"""The bytes in flight of all uploads of a process, counted; who asks for more than is left waits in a line."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from services import metrics
from services.errors import BusyError

_STUCK_SECONDS = 2.0
"""When nothing has come back for so long, those who fit need not stay behind those who do not."""
_MOST_PATIENCE = 5
"""So many times the patience is the end, although bytes come back."""


class Holder(Protocol):
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

    Bytes are reserved before they are read from a socket, and released when storage has acknowledged them. Half
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
        self._holders: set[Holder] = set()

    @property
    def used(self) -> int:
        """How many bytes are reserved now."""
        return self._used

    @property
    def waiting(self) -> int:
        """How many wait in the line."""
        return len(self._line)

    def join(self, holder: Holder) -> None:
        """Make a holder known, which may be asked to give back from then on."""
        with self._lock:
            self._holders.add(holder)

    def leave(self, holder: Holder) -> None:
        """Forget a holder."""
        with self._lock:
            self._holders.discard(holder)

    def acquire(self, amount: int) -> None:
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

    def sending(self, amount: int) -> None:
        """Note that `amount` reserved bytes are on their way to storage, so that they will be released soon."""
        with self._lock:
            self._leaving += amount

    def sent(self, amount: int) -> None:
        """Release bytes that were `sending`."""
        with self._lock:
            self._leaving -= amount
            self._take_back(amount)

    def release(self, amount: int) -> None:
        """Release bytes that were reserved and are not needed."""
        if amount:
            with self._lock:
                self._take_back(amount)

    def _add(self, amount: int) -> None:
        self._used += amount
        metrics.BUDGET_USED.set(self._used)

    def _take_back(self, amount: int) -> None:
        self._add(-amount)
        self._came_back = self._clock()
        self._serve()

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

    def _largest_holder(self) -> Holder | None:
        holder = max(self._holders, key=lambda each: each.reclaimable, default=None)
        return holder if holder is not None and holder.reclaimable > 0 else None
