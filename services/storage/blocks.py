"""The bytes of one block, as they arrived, and their way to storage."""

from collections.abc import Iterator, Sequence
from typing import Protocol

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
