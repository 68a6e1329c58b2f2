"""Bodies that are read whole: a few at a time, and the large ones counted in bytes."""

import contextlib
import threading

from services.errors import BusyError
from services.places import FairShare, Places
from utils.capacity import SMALL_BODIES
from utils.sizes import MIB

_UNCOUNTED = 128 * 1024
"""Bytes of a body that the places alone account for."""
_ROOM = 40 * MIB
"""For what is larger, in all: enough for one list of 50,000 blocks, with what is made of it."""
_WEIGHT = 8
"""A byte of JSON costs so many, at the worst, by the time that it has become values and a request to storage."""
_PATIENCE = 5.0
"""Seconds that the oldest of them waits for the others: without it, two that hold half each would both be refused."""


class SmallBodies:
    """How many of them a process takes in at once, and how much memory they get.

    They have room of their own: edits and pages do not wait for the memory that uploads share.
    """

    def __init__(self, *, share: FairShare) -> None:
        self.places = Places(
            SMALL_BODIES, share=share, refusal="Too many requests are being received. Try again in a moment."
        )
        self._changed = threading.Condition()
        self._reserved: dict[CountedBody, int] = {}
        """The bytes of memory of each body, the oldest first."""

    @property
    def used(self) -> int:
        """How many bytes of memory are reserved now."""
        return sum(self._reserved.values())

    def count(self) -> "CountedBody":
        """Begin to count one body; whoever does closes it when nothing of it is in memory any more."""
        return CountedBody(self)

    def reserve(self, body: "CountedBody", amount: int) -> None:
        """Take memory until the body has this many bytes of it; raises `BusyError` when they are not there."""
        with self._changed:
            patience = _PATIENCE if body is next(iter(self._reserved), None) else 0
            if not self._changed.wait_for(lambda: self._is_room(body, amount), timeout=patience):
                raise BusyError("Too many large requests are being received. Try again in a moment.", retry_after=2)
            self._reserved[body] = amount

    def give_back(self, body: "CountedBody") -> None:
        """Give back what was reserved."""
        with self._changed:
            self._reserved.pop(body, None)
            self._changed.notify_all()

    def _is_room(self, body: "CountedBody", amount: int) -> bool:
        return self.used - self._reserved.get(body, 0) + amount <= _ROOM


class CountedBody(contextlib.AbstractContextManager["CountedBody", None]):
    """The memory of one body, which grows as its bytes arrive: who announces much and sends little holds little."""

    def __init__(self, bodies: SmallBodies) -> None:
        self._bodies = bodies
        self.weight = _WEIGHT
        """How often a byte is in memory at the worst; who makes no JSON of them says less, before the first comes."""
        self._received = 0

    def add(self, size: int) -> None:
        """Count the next bytes; raises `BusyError` when there is no room for them."""
        self._received += size
        if self._received > _UNCOUNTED:
            self._bodies.reserve(self, (self._received - _UNCOUNTED) * self.weight)

    def __exit__(self, *_exc: object) -> None:
        """Give everything back."""
        self._bodies.give_back(self)
