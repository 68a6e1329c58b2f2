"""Bytes in, blocks staged: the bytes of one upload, in order, become blocks while more of them arrive."""

import threading
from concurrent.futures import Executor

from services.uploads.block import Block
from services.uploads.block_layout import BEGINNING, BlockLayout, NameBlock, Start, by_index
from services.uploads.block_plan import BlockPlan
from services.uploads.block_sender import BlockSender, Stage
from services.uploads.block_stream import Streaming
from services.uploads.block_streamer import BlockStreamer
from services.uploads.memory_budget import MemoryBudget
from services.uploads.reservation import Reservation, ReservedChunk

_FAST = 512 * 1024
"""Chunks are about a quarter of a second each: who sends such large ones fills a block soon."""


class BlockWriter:
    """Collects chunks into blocks and stages them from a shared pool, a few at a time.

    A block takes over the memory of its bytes, and gives it back once storage has acknowledged it. Not for several
    writing threads at once; `give_back` may be called from any.
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
        start: Start = BEGINNING,
        streaming: Streaming | None = None,
    ) -> None:
        """`lanes` full blocks may be on their way at once."""
        self._budget = budget
        self._lanes = lanes
        self._expected = streaming.expected if streaming else 0
        self._changed = threading.Condition()
        self._layout = BlockLayout(plan, start=start, name_block=name_block)
        self._streamer = BlockStreamer(streaming, changed=self._changed)
        self._sender = BlockSender(stage, pool=pool, streamer=self._streamer, changed=self._changed)
        self._filling = self._next_block()
        budget.join(self)

    @property
    def reclaimable(self) -> int:
        """How many bytes of a half-filled block could be sent off now."""
        held = self._filling.size
        return held if held and held >= self._layout.least else 0

    @property
    def acknowledged(self) -> tuple[tuple[str, int], ...]:
        """Ids and sizes of the leading blocks that storage has, without a gap."""
        with self._changed:
            return self._layout.acknowledged

    @property
    def in_flight(self) -> int:
        """How many blocks are on their way."""
        return self._sender.in_flight

    @property
    def failed(self) -> bool:
        """Whether a block could not be staged, so that what follows it has nothing to follow."""
        return self._sender.failed

    def peek(self) -> bytes:
        """A copy of the half-filled block."""
        with self._changed:
            return b"".join(self._filling.chunks)

    def withdraw(self, *, below: int) -> bytes:
        """Take the half-filled block back, to be kept elsewhere, when it is smaller than `below`; else nothing."""
        with self._changed:
            block = self._filling
            if block.size >= below or block.stream:
                return b""
            data = b"".join(block.chunks)
            block.close()
            self._filling = self._next_block()
        block.forget()
        return data

    def write(self, chunk: ReservedChunk) -> None:
        """Take over a chunk and its memory; raises what made an earlier block fail."""
        with self._changed:
            rest: ReservedChunk | None = chunk
            while rest:
                rest = self._take(rest)
                self._sender.raise_failure()
                self._send_full()
            while self._filling.size and self._sender.in_flight > self._lanes:
                self._sender.wait()
            if len(chunk) >= _FAST:
                self._begin_stream()

    def give_back(self) -> None:
        """Stage the half-filled block early, so that its bytes return to the budget."""
        with self._changed:
            if self.reclaimable and not self._sender.stopped:
                self._send()

    def stop_waiting(self) -> None:
        """See to it that storage does not wait for the rest of the half-filled block."""
        with self._changed:
            self._filling.end_stream()

    def send(self) -> None:
        """Stage the half-filled block; returns at once."""
        with self._changed:
            if self._filling.size:
                self._send()

    def flush(self) -> None:
        """Stage the half-filled block and wait until storage has everything; raises what made a block fail."""
        self.send()
        with self._changed:
            self._sender.wait_for_all()
            self._sender.raise_failure()

    def finish(self) -> tuple[str, ...]:
        """Flush, and return the ids of all blocks in order."""
        self.flush()
        self._budget.leave(self)
        return self._layout.ids

    def drop(self) -> None:
        """Drop what is held and what still waits for a thread; safe to call at any time and more than once."""
        with self._changed:
            self._sender.stop()
            left, self._filling = self._filling, self._next_block()
            left.close()
            left.end_stream()
        left.forget()
        self._budget.leave(self)

    def abandon(self) -> bool:
        """Drop what can be, and wait for what is on its way; returns whether storage may hold blocks."""
        self.drop()
        with self._changed:
            self._sender.wait_for_all()
        return self._layout.any_staged

    def _take(self, chunk: ReservedChunk) -> ReservedChunk | None:
        """Put into the block what it has room for; returns the rest."""
        block = self._filling
        was_streamed = block.stream is not None
        rest = block.add(chunk)
        self._expected -= len(chunk) - (len(rest) if rest else 0)
        if was_streamed and not block.stream:
            self._streamer.gave_up()
        if block.stream and block.full:
            self._send()  # No lane is asked for, since it is on its way already.
        return rest

    def _send_full(self) -> None:
        """Send the block off if it is full, once there is a lane for it."""
        while self._filling.full:
            if self._sender.in_flight < self._lanes:
                self._send()
            else:
                self._sender.wait()

    def _begin_stream(self) -> None:
        if self._expected > 0 and self.reclaimable:
            block = self._filling
            self._streamer.begin(block, size=min(block.target, block.size + self._expected))

    def _send(self) -> None:
        block = self._filling
        self._layout.append(block)
        if not block.full:
            block.end_stream()
        self._filling = self._next_block()
        self._sender.send(block)

    def _next_block(self) -> Block:
        return self._layout.next_block(Reservation(self._budget), expected=self._expected)
