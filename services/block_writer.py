"""Bytes in, blocks staged: the bytes of one upload, in order, become blocks while more of them arrive."""

import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from services import metrics
from services.blocks import Ahead, Block, Chunk, Pieces, Streaming
from services.errors import StorageError, TooLargeError
from services.memory_budget import MemoryBudget
from utils.block_plan import LARGEST_CHUNK, MIB, MOST_BLOCKS, BlockPlan

log = logging.getLogger(__name__)

_FAST = 512 * 1024
"""Chunks are about a quarter of a second each: who sends such large ones fills a block soon."""

_WORTH_HALVING = 8 * MIB
"""A request that would be one block goes as two when it is so long: storage works on one while the other comes."""

Stage = Callable[[str, Pieces], None]
"""Stages one block under an id; raises when storage has not taken it."""

NameBlock = Callable[[int, int], str]
"""The id of a block, by its index and the offset of its first byte; all of one length, as Azure asks for."""


def by_index(index: int, _offset: int) -> str:
    """Name a block by its index: enough where one writer sees the upload from its first byte to its last."""
    return f"{index:08d}"


@dataclass(frozen=True)
class Start:
    """Where in an upload a writer begins: the number of its first block, and the offset of that block's first byte."""

    block: int
    offset: int


_BEGINNING = Start(0, 0)


class BlockWriter:
    """Collects chunks into blocks and stages them from a shared pool, a few at a time.

    Whoever calls `write` has reserved the chunk's bytes in the budget; the writer releases them once storage has
    acknowledged their block. Not for several writing threads at once; `give_back` may be called from any.
    """

    def __init__(
        self,
        *,
        stage: Stage,
        plan: BlockPlan,
        budget: MemoryBudget,
        pool: Executor,
        lanes: int = 2,
        name_block: NameBlock = by_index,
        start: Start = _BEGINNING,
        streaming: Streaming | None = None,
    ) -> None:
        """`lanes` full blocks may be on their way at once."""
        self._stage = stage
        self._plan = plan
        self._budget = budget
        self._pool = pool
        self._lanes = lanes
        self._name_block = name_block
        self._first_block = start.block
        self._offset = start.offset
        self._changed = threading.Condition()
        self._streaming = streaming
        self._ahead_failed = False
        """Once is enough: from then on blocks of this writer go when they are whole."""
        self._expected = streaming.expected if streaming else 0
        self._blocks: list[Block] = []
        self._filling = self._next_block()
        self._in_flight = 0
        self._failure: BaseException | None = None
        self._abandoned = False
        budget.join(self)

    @property
    def reclaimable(self) -> int:
        """How many bytes of a half-filled block could be sent off now."""
        held = self._filling.size
        return held if held and held >= self._plan.least(self._next_index, self._offset) else 0

    @property
    def acknowledged(self) -> tuple[tuple[str, int], ...]:
        """Ids and sizes of the leading blocks that storage has, without a gap."""
        with self._changed:
            leading: list[tuple[str, int]] = []
            for block in self._blocks:
                if not block.staged:
                    break
                leading.append((block.id, block.size))
            return tuple(leading)

    @property
    def in_flight(self) -> int:
        """How many blocks are on their way."""
        return self._in_flight

    @property
    def failed(self) -> bool:
        """Whether a block could not be staged, so that what follows it has nothing to follow."""
        return self._failure is not None

    def peek(self) -> bytes:
        """A copy of the half-filled block."""
        with self._changed:
            return b"".join(self._filling.chunks)

    def withdraw(self, *, below: int) -> bytes:
        """Take the half-filled block back, to be kept elsewhere, when it is smaller than `below`; else nothing."""
        with self._changed:
            if self._filling.size >= below or self._filling.ahead:
                return b""
            data = b"".join(self._filling.chunks)
            self._filling = self._next_block()
        self._budget.release(len(data))
        return data

    def write(self, chunk: Chunk) -> None:
        """Take over a chunk and its reserved bytes; raises what made an earlier block fail."""
        with self._changed:
            # From here on the bytes are ours to release, whatever happens.
            self._take(chunk)
            self._raise_failure()
            while self._filling.full:
                if self._in_flight < self._lanes:
                    self._send()
                else:
                    self._wait()
            while self._filling.size and self._in_flight > self._lanes:
                self._wait()
            if len(chunk) >= _FAST:
                self._send_ahead()

    def give_back(self) -> None:
        """Stage the half-filled block early, so that its bytes return to the budget."""
        with self._changed:
            if not self._abandoned and self.reclaimable:
                self._send()

    def stop_waiting(self) -> None:
        """See to it that storage does not wait for the rest of the half-filled block."""
        with self._changed:
            self._filling.give_up()

    def send(self) -> None:
        """Stage the half-filled block; returns at once."""
        with self._changed:
            if self._filling.size:
                self._send()

    def flush(self) -> None:
        """Stage the half-filled block and wait until storage has everything; raises what made a block fail."""
        self.send()
        with self._changed:
            while self._in_flight:
                self._changed.wait()
            self._raise_failure()

    def finish(self) -> tuple[str, ...]:
        """Flush, and return the ids of all blocks in order."""
        self.flush()
        self._budget.leave(self)
        return tuple(block.id for block in self._blocks)

    def drop(self) -> None:
        """Drop what is held and what still waits for a thread; safe to call at any time and more than once."""
        with self._changed:
            self._abandoned = True
            left, self._filling = self._filling, self._next_block()
            left.give_up()
        self._budget.release(left.size)
        self._budget.leave(self)

    def abandon(self) -> bool:
        """Drop what can be, and wait for what is on its way; returns whether storage may hold blocks."""
        self.drop()
        with self._changed:
            while self._in_flight:
                self._changed.wait()
        return any(block.staged for block in self._blocks)

    @property
    def _next_index(self) -> int:
        return self._first_block + len(self._blocks)

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _take(self, chunk: Chunk) -> None:
        block = self._filling
        was_ahead = block.ahead is not None
        rest = block.add(chunk)
        self._expected -= len(chunk)
        if was_ahead and not block.ahead:
            self._ahead_failed = True
        if block.ahead and block.full:
            try:
                self._send()  # No lane is asked for, since it is on its way already.
            except BaseException:
                self._budget.release(len(rest))
                raise
        if rest:
            self._filling.add(rest)

    def _wait(self) -> None:
        self._changed.wait()
        self._raise_failure()

    def _next_block(self) -> Block:
        index = self._next_index
        name = self._name_block(index, self._offset)
        target, half = self._plan.target(index, self._offset), self._expected // 2
        is_only_one = not self._blocks and _WORTH_HALVING <= self._expected <= target
        # A block may be larger than its target by a chunk, and the other one smaller by as much.
        if is_only_one and half - LARGEST_CHUNK >= self._plan.least(index, self._offset):
            target = half
        return Block(name, target=target)

    def _send_ahead(self) -> None:
        """Send off what fills fast before it is full: then it has arrived there when it has arrived here."""
        block, streaming = self._filling, self._streaming
        if streaming is None or self._ahead_failed or self._expected <= 0 or block.tried or not self.reclaimable:
            return
        if streaming.places.acquire(blocking=False):
            block.tried = True
            size = min(block.target, block.size + self._expected)
            # Elsewhere, because it may take a new connection.
            with contextlib.suppress(RuntimeError):  # No thread can be started now; a later one may be.
                streaming.pool.submit(self._begin, block, size, streaming)

    def _begin(self, block: Block, size: int, streaming: Streaming) -> None:
        try:
            ahead = Ahead(streaming.begin(block.id, size), size=size, streaming=streaming)
        except BaseException as error:  # noqa: BLE001 - it goes when it is whole
            log.info("a block cannot be sent while it fills: %s", type(error).__name__)
            self._ahead_failed = True
            streaming.places.release()
            return
        with self._changed:
            if block is self._filling and block.size < size:
                block.send_ahead(ahead)
                self._ahead_failed |= block.ahead is None
            else:
                ahead.abort()  # It was faster, or was called back.

    def _send(self) -> None:
        if self._next_index >= MOST_BLOCKS:
            raise TooLargeError("This upload needs more blocks than one blob can have.")
        block = self._filling
        if not block.full:
            block.give_up()
        self._blocks.append(block)
        self._offset += block.size
        self._in_flight += 1
        self._budget.sending(block.size)
        pool = self._streaming.pool if block.ahead and self._streaming else self._pool
        self._filling = self._next_block()
        try:
            pool.submit(self._run, block)
        except RuntimeError:
            # No thread can be started. Whether the pool runs it all the same depends on whether it has one already.
            self._run(block)

    def _run(self, block: Block) -> None:
        with self._changed:
            if block.taken:
                return
            block.taken = True
        failure: BaseException | None = None
        try:
            # Also when nobody wants it any more: what is on its way must not arrive later.
            block.staged = block.ahead is not None and self._arrived(block.ahead)
            if not (block.staged or self._abandoned or self._failure):
                self._stage(block.id, Pieces(block.chunks, size=block.size))
                block.staged = True
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that writes
            failure = error
        block.forget()
        self._budget.sent(block.size)
        with self._changed:
            self._in_flight -= 1
            self._failure = self._failure or failure
            self._changed.notify_all()

    def _arrived(self, ahead: Ahead) -> bool:
        try:
            ahead.finish()
        except StorageError as error:
            log.info("a block is sent again, now that it is whole: %s", error)
            metrics.STORAGE_RETRIES.inc()
            self._ahead_failed = True
            return False
        return True
