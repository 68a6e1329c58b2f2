"""The blocks of an upload: bytes as they arrived, to be sent when all of them are here or while they come."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Protocol

from services.errors import StorageError

log = logging.getLogger(__name__)

Chunk = bytes
"""What arrives in one step."""


class Transfer(Protocol):
    """One block on its way to storage, in pieces. One thread at a time may use it."""

    def send(self, chunk: Chunk, /) -> None:
        """Pass on the next bytes, now or later, without waiting for anybody; raises `StorageError`."""

    def finish(self) -> None:
        """Wait until storage has the block, once all bytes were given; raises `StorageError`."""

    def abort(self) -> None:
        """End it: storage keeps nothing of a block that is not whole."""


Begin = Callable[[str, int], Transfer]
"""Begins to send a block with that id, which will have so many bytes; raises `StorageError`."""


@dataclass(frozen=True)
class Streaming:
    """Leave to send blocks while they fill."""

    expected: int
    """How many bytes will come; if fewer do, a block is sent twice."""
    begin: Begin
    pool: Executor
    """Who begins, and waits for storage in the end: a thread for each place."""
    places: threading.Semaphore
    """One is taken from the beginning of a block until storage has answered, because so is a connection."""
    patience: float = 4.0
    """For so many seconds a block waits for its bytes: storage does not, for ever."""


class Pieces:
    """The bytes of one block as they arrived: to be sent one after the other, because joining them costs a copy.

    Iterating again begins at the first piece again, so that a block can be sent more than once.
    """

    def __init__(self, chunks: Sequence[Chunk], *, size: int) -> None:
        self._chunks = chunks
        self._size = size

    def __len__(self) -> int:
        """How many bytes they are together."""
        return self._size

    def __iter__(self) -> Iterator[Chunk]:
        """The pieces in order."""
        return iter(self._chunks)


class Ahead:
    """A block's way to storage while it fills: what it costs, and when it is given up."""

    def __init__(self, transfer: Transfer, *, size: int, streaming: Streaming) -> None:
        """The block will have `size` bytes; a place of `streaming` is taken for it already."""
        self.size = size
        self._transfer = transfer
        self._places = streaming.places
        self._until = time.monotonic() + streaming.patience

    def send(self, chunk: Chunk) -> bool:
        """Pass on the next bytes; false when it was given up, because they come too slowly or storage is away."""
        if time.monotonic() < self._until:
            try:
                self._transfer.send(chunk)
            except StorageError:
                pass
            except Exception:
                log.exception("a block is not sent while it fills")
            else:
                return True
        self.abort()
        return False

    def finish(self) -> None:
        """Wait until storage has the block, once all bytes were sent; raises `StorageError`."""
        try:
            self._transfer.finish()
        finally:
            self._places.release()

    def abort(self) -> None:
        """Give it up, before all bytes were sent or without waiting for what becomes of them."""
        self._transfer.abort()
        self._places.release()


@dataclass
class Block:
    """One block, which fills until it is sent off."""

    id: str
    target: int
    """With so many bytes it is worth staging."""
    chunks: list[Chunk] = field(default_factory=list)
    size: int = 0
    taken: bool = False
    """A thread sees to it that it is staged."""
    staged: bool = False
    """Storage has it."""
    ahead: Ahead | None = None
    """It is being sent while it fills."""
    tried: bool = False
    """It was to be sent while it fills; once is enough."""

    @property
    def full(self) -> bool:
        """Whether it is worth staging."""
        return self.size >= (self.ahead.size if self.ahead else self.target)

    def add(self, chunk: Chunk) -> Chunk:
        """Take a chunk over; returns what of it is beyond the bytes that were promised."""
        room = self.ahead.size - self.size if self.ahead else len(chunk)
        taken, rest = (chunk, b"") if len(chunk) <= room else (chunk[:room], chunk[room:])
        self.chunks.append(taken)
        self.size += len(taken)
        if self.ahead and not self.ahead.send(taken):
            self.ahead = None
        return rest

    def send_ahead(self, ahead: Ahead) -> None:
        """Begin to send it, with what is here already."""
        if all(ahead.send(chunk) for chunk in self.chunks):
            self.ahead = ahead

    def give_up(self) -> None:
        """Send it when it is whole, or never."""
        if self.ahead:
            self.ahead.abort()
            self.ahead = None

    def forget(self) -> None:
        """Let go of the bytes."""
        self.chunks.clear()
        self.ahead = None
