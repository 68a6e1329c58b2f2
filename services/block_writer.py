"""Bytes in, blocks staged: the bytes of one upload, in order, become blocks while more of them arrive."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

from services.errors import TooLargeError
from services.memory_budget import MemoryBudget
from utils.block_plan import MOST_BLOCKS, BlockPlan

Chunk = bytes
"""What arrives in one step."""


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


Stage = Callable[[str, Pieces], None]
"""Stages one block under an id; raises when storage has not taken it."""

NameBlock = Callable[[int, int], str]
"""The id of a block, by its index and the offset of its first byte; all of one length, as Azure asks for."""


def by_index(index: int, _offset: int) -> str:
    """Name a block by its index: enough where one writer sees the upload from its first byte to its last."""
    return f"{index:08d}"


@dataclass
class _Block:
    id: str
    size: int
    chunks: list[Chunk] = field(repr=False)
    staged: bool = False


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
        first_block: int = 0,
        offset: int = 0,
    ) -> None:
        """Begin at block `first_block` and byte `offset`; `lanes` blocks may be on their way at once."""
        self._stage = stage
        self._plan = plan
        self._budget = budget
        self._pool = pool
        self._lanes = lanes
        self._name_block = name_block
        self._first_block = first_block
        self._offset = offset
        self._changed = threading.Condition()
        self._blocks: list[_Block] = []
        self._chunks: list[Chunk] = []
        self._held = 0
        self._target = plan.target(first_block, offset)
        self._in_flight = 0
        self._failure: BaseException | None = None
        self._abandoned = False
        budget.join(self)

    @property
    def reclaimable(self) -> int:
        """How many bytes of a half-filled block could be sent off now."""
        held = self._held
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
            return b"".join(self._chunks)

    def withdraw(self, *, below: int) -> bytes:
        """Take the half-filled block back, to be kept elsewhere, when it is smaller than `below`; else nothing."""
        with self._changed:
            if self._held >= below:
                return b""
            data = b"".join(self._chunks)
            self._chunks, self._held = [], 0
        self._budget.release(len(data))
        return data

    def write(self, chunk: Chunk) -> None:
        """Take over a chunk and its reserved bytes; raises what made an earlier block fail."""
        with self._changed:
            # From here on the bytes are ours to release, whatever happens.
            self._chunks.append(chunk)
            self._held += len(chunk)
            self._raise_failure()
            while self._held >= self._target:
                if self._in_flight < self._lanes:
                    self._send()
                else:
                    self._changed.wait()
                    self._raise_failure()

    def give_back(self) -> None:
        """Stage the half-filled block early, so that its bytes return to the budget."""
        with self._changed:
            if not self._abandoned and self.reclaimable:
                self._send()

    def send(self) -> None:
        """Stage the half-filled block; returns at once."""
        with self._changed:
            if self._held:
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

    def abandon(self) -> bool:
        """Drop what is held and wait for what is on its way; returns whether storage may hold blocks.

        Safe to call at any time and more than once.
        """
        with self._changed:
            self._abandoned = True
            self._chunks.clear()
            held, self._held = self._held, 0
        self._budget.release(held)
        self._budget.leave(self)
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

    def _send(self) -> None:
        if self._next_index >= MOST_BLOCKS:
            raise TooLargeError("This upload needs more blocks than one blob can have.")
        block = _Block(self._name_block(self._next_index, self._offset), self._held, self._chunks)
        self._blocks.append(block)
        self._offset += self._held
        self._chunks, self._held = [], 0
        self._in_flight += 1
        self._budget.sending(block.size)
        self._pool.submit(self._run, block)
        self._target = self._plan.target(self._next_index, self._offset)

    def _run(self, block: _Block) -> None:
        failure: BaseException | None = None
        try:
            if not self._abandoned and self._failure is None:
                self._stage(block.id, Pieces(block.chunks, size=block.size))
                block.staged = True
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that writes
            failure = error
        block.chunks.clear()
        self._budget.sent(block.size)
        with self._changed:
            self._in_flight -= 1
            self._failure = self._failure or failure
            self._changed.notify_all()
