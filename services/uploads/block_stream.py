"""The way of a block to storage while it still fills: when it has arrived here, it has arrived there."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from services.storage.blocks import Chunk, Transfer
from services.storage.errors import StorageError

log = logging.getLogger(__name__)

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


class BlockStream:
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
