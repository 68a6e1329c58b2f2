"""The blocks of an upload: bytes as they arrived, to be sent when all of them are here or while they come."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Chunk = bytes
"""What arrives in one step."""


class Unfinished(Exception):
    """Fewer bytes came than the block was to have, or they come too slowly to be waited for."""


@dataclass(frozen=True)
class Streaming:
    """Leave to send blocks while they fill."""

    expected: int
    """How many bytes will come; if fewer do, a block is sent twice."""
    places: threading.Semaphore
    """One is taken for as long as a block fills, because so is a thread."""
    patience: float = 4.0
    """Seconds for a block to fill; then its place is left to others, since storage does not wait for ever either."""


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


class Block:
    """One block, which fills until it is sealed. Everything but `id` and `target` is guarded by `changed`."""

    def __init__(self, block_id: str, *, target: int, changed: threading.Condition) -> None:
        """It is worth staging with `target` bytes; `changed` is told of every chunk."""
        self.id = block_id
        self.target = target
        self.changed = changed
        self.chunks: list[Chunk] = []
        self.size = 0
        self.sealed = False
        """No more bytes come."""
        self.staged = False
        """Storage has it."""
        self.growing = False
        """It is being sent while it fills, with `promised` bytes in all."""
        self.promised = 0
        self.given_up = False
        """Its bytes came too slowly, or are not wanted any more: it is sent when it is whole, or never."""

    @property
    def full(self) -> bool:
        """Whether it is worth staging."""
        return self.size >= (self.promised if self.growing else self.target)

    def add(self, chunk: Chunk) -> Chunk:
        """Take a chunk over; returns what of it is beyond the bytes that were promised."""
        room = self.promised - self.size if self.growing else len(chunk)
        taken, rest = (chunk, b"") if len(chunk) <= room else (chunk[:room], chunk[room:])
        self.chunks.append(taken)
        self.size += len(taken)
        self.changed.notify_all()
        return rest

    def grow_to(self, size: int) -> None:
        """Promise that it will have `size` bytes, so that it can be sent while they come."""
        self.growing, self.promised = True, size

    def seal(self) -> None:
        """Say that no more bytes come."""
        self.sealed = True
        self.changed.notify_all()

    def give_up(self) -> None:
        """End its being sent before it is whole."""
        self.given_up = True
        self.changed.notify_all()


class Growing(Pieces):
    """The bytes of a block that is still filling, as many as were promised; waits for those that are not here yet."""

    def __init__(self, block: Block, *, patience: float) -> None:
        """`patience` is how many seconds they may take in all."""
        super().__init__(block.chunks, size=block.promised)
        self._block = block
        self._patience = patience

    def __iter__(self) -> Iterator[Chunk]:
        """The pieces from the first on, each as soon as it is here; raises `Unfinished`."""
        left, number = self._block.promised, 0
        deadline = time.monotonic() + self._patience
        while left:
            chunk = self._next(number, until=deadline)
            yield chunk
            left -= len(chunk)
            number += 1

    def _next(self, number: int, *, until: float) -> Chunk:
        block = self._block
        with block.changed:
            while True:
                if block.given_up or (block.sealed and block.size < block.promised):
                    raise Unfinished
                if number < len(block.chunks):
                    return block.chunks[number]
                if time.monotonic() >= until:
                    block.given_up = True
                else:
                    block.changed.wait(until - time.monotonic())
