"""A part of the memory budget as a value: it travels with the bytes that it was reserved for, and gives itself back."""

import warnings
from dataclasses import dataclass
from typing import Protocol, Self

from services.storage.blocks import Chunk


class Account(Protocol):
    """Where reserved bytes are counted."""

    def expect(self, amount: int) -> None:
        """Note that so many reserved bytes are on their way to storage, and will come back soon."""

    def credit(self, amount: int, *, expected: bool) -> None:
        """Take reserved bytes back; `expected` when they were noted to be on their way."""

    def credit_later(self, amount: int, *, expected: bool) -> None:
        """Take them back at the next opportunity, without a lock: the garbage collector may call from anywhere."""


class Reservation:
    """Bytes of the budget in one owner's hands: part of a request's step, or a block's.

    The owner hands bytes to the next one (`take`), or lets them go (`release`, `shrink`, the end of a `with`). One that
    is forgotten gives its bytes back all the same, with a `ResourceWarning`. Not for several threads at once.
    """

    __slots__ = ("_account", "_amount", "_expected")

    def __init__(self, account: Account, amount: int = 0) -> None:
        """Own `amount` bytes that `account` has counted already."""
        self._account = account
        self._amount = amount
        self._expected = False

    @property
    def amount(self) -> int:
        """How many bytes are in here."""
        return self._amount

    def take(self, source: "Reservation", amount: int) -> None:
        """Take so many bytes over from another reservation; nobody else can get at them in between."""
        source.hand_out(amount)
        self._amount += amount

    def split(self, amount: int) -> "Reservation":
        """A reservation of its own for so many of the bytes."""
        self.hand_out(amount)
        return Reservation(self._account, amount)

    def hand_out(self, amount: int) -> None:
        """Part with bytes that another reservation takes over; call `take` of that one."""
        if amount > self._amount:
            raise ValueError(f"{amount} bytes were to be taken over, of {self._amount} that were reserved.")
        self._amount -= amount

    def send_off(self) -> None:
        """Say that the bytes are on their way to storage, so that who waits for memory need not look elsewhere."""
        self._account.expect(self._amount)
        self._expected = True

    def shrink(self, *, to: int) -> None:
        """Let go of all that is beyond so many bytes."""
        surplus = self._amount - to
        if surplus > 0:
            self._amount = to
            self._account.credit(surplus, expected=self._expected)

    def release(self) -> None:
        """Let go of everything; once more does no harm."""
        self.shrink(to=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        """Let go of what nobody has taken over."""
        self.release()

    def __del__(self) -> None:
        if self._amount:
            self._account.credit_later(self._amount, expected=self._expected)
            warnings.warn(f"{self._amount} bytes of the memory budget were forgotten.", ResourceWarning, stacklevel=2)


@dataclass(frozen=True, slots=True)
class ReservedChunk:
    """Bytes as they arrived, and the reservation that covers them: who keeps the bytes takes their part of it over."""

    data: Chunk
    reservation: Reservation

    def __len__(self) -> int:
        """How many bytes they are."""
        return len(self.data)

    def taken_over(self) -> "ReservedChunk":
        """The same bytes with a reservation of their own, for who keeps them beyond the call that brings them."""
        return ReservedChunk(self.data, self.reservation.split(len(self.data)))
