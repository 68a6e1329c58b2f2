"""Full blocks on their way to storage: sent from a shared pool, waited for, and what made one of them fail."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor

from services.storage.blocks import Pieces
from services.uploads.block import Block
from services.uploads.block_streamer import BlockStreamer

Stage = Callable[[str, Pieces], None]
"""Stages one block under an id; raises when storage has not taken it."""


class BlockSender:
    """Sends the blocks of one upload. Its methods are for who holds `changed`, which is notified of each arrival."""

    def __init__(self, stage: Stage, *, pool: Executor, streamer: BlockStreamer, changed: threading.Condition) -> None:
        self._stage = stage
        self._pool = pool
        self._streamer = streamer
        self._changed = changed
        self._failure: BaseException | None = None
        self.in_flight = 0
        """How many blocks are on their way."""
        self.stopped = False

    @property
    def failed(self) -> bool:
        """Whether a block could not be staged, so that what follows it has nothing to follow."""
        return self._failure is not None

    def raise_failure(self) -> None:
        """Raise what made a block fail."""
        if self._failure is not None:
            raise self._failure

    def send(self, block: Block) -> None:
        """Send a closed block; returns at once, or, where no thread can be started, when storage has it."""
        self.in_flight += 1
        block.reservation.send_off()
        try:
            self._streamer.pool_for(block, otherwise=self._pool).submit(self._run, block)
        except RuntimeError:
            # No thread can be started. Whether the pool runs it all the same depends on whether it has one already.
            self._run(block)

    def wait(self) -> None:
        """Wait until something has changed; raises what made a block fail."""
        self._changed.wait()
        self.raise_failure()

    def wait_for_all(self) -> None:
        """Wait until nothing is on its way."""
        while self.in_flight:
            self._changed.wait()

    def stop(self) -> None:
        """Stage nothing more of what still waits for a thread."""
        self.stopped = True

    def _run(self, block: Block) -> None:
        with self._changed:
            if block.taken:
                return
            block.taken = True
        failure: BaseException | None = None
        try:
            # Also when nobody wants it any more: what is on its way must not arrive later.
            block.staged = block.stream is not None and self._streamer.finish(block.stream)
            if not (block.staged or self.stopped or self.failed):
                self._stage(block.id, Pieces(block.chunks, size=block.size))
                block.staged = True
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that writes
            failure = error
        block.forget()
        with self._changed:
            self.in_flight -= 1
            self._failure = self._failure or failure
            self._changed.notify_all()
