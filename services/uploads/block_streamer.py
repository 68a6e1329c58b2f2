"""Which blocks are sent while they fill, and who begins that: it may take a new connection, so not who reads."""

import contextlib
import logging
import threading
from concurrent.futures import Executor

from services import metrics
from services.storage.errors import StorageError
from services.uploads.block import Block
from services.uploads.block_stream import BlockStream, Streaming

log = logging.getLogger(__name__)


class BlockStreamer:
    """Begins and ends the streams of one upload's blocks, as long as that works; its first failure is its last."""

    def __init__(self, streaming: Streaming | None, *, changed: threading.Condition) -> None:
        """`changed` is held by whoever changes a block that fills; without `streaming` nothing is ever begun."""
        self._streaming = streaming
        self._changed = changed
        self._failed = False

    def pool_for(self, block: Block, *, otherwise: Executor) -> Executor:
        """Who waits until storage has the block: a place is kept for one that has a stream."""
        return self._streaming.pool if block.stream and self._streaming else otherwise

    def gave_up(self) -> None:
        """Note that a stream has ended before its block was full."""
        self._failed = True

    def begin(self, block: Block, *, size: int) -> None:
        """Send a block off that fills fast, and will have so many bytes; returns at once."""
        streaming = self._streaming
        if streaming is None or self._failed or block.stream_tried:
            return
        if streaming.places.acquire(blocking=False):
            block.stream_tried = True
            with contextlib.suppress(RuntimeError):  # No thread can be started now; a later one may be.
                streaming.pool.submit(self._begin, block, size, streaming)

    def finish(self, stream: BlockStream) -> bool:
        """Wait for storage; false when it has not taken the block, which then has to be sent again."""
        try:
            stream.finish()
        except StorageError as error:
            log.info("a block is sent again, now that it is whole: %s", error)
            metrics.STORAGE_RETRIES.inc()
            self._failed = True
            return False
        return True

    def _begin(self, block: Block, size: int, streaming: Streaming) -> None:
        try:
            stream = BlockStream(streaming.begin(block.id, size), size=size, streaming=streaming)
        except BaseException as error:  # noqa: BLE001 - it goes when it is whole
            log.info("a block cannot be sent while it fills: %s", type(error).__name__)
            self._failed = True
            streaming.places.release()
            return
        with self._changed:
            if block.closed or block.size >= size:
                stream.abort()  # It was faster, or was called back.
            else:
                block.send_by(stream)
                self._failed |= block.stream is None
