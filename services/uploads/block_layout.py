"""How an upload is cut into blocks: where each begins, what it is called, how large it should be, and their order."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from services.errors import TooLargeError
from services.uploads.block import Block
from services.uploads.block_plan import LARGEST_CHUNK, MOST_BLOCKS, BlockPlan
from services.uploads.reservation import Reservation
from utils.sizes import MIB

_WORTH_HALVING = 8 * MIB
"""A request that would be one block goes as two when it is so long: storage works on one while the other comes."""

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


BEGINNING = Start(0, 0)


class BlockLayout:
    """The blocks that one writer has closed, in order, and the measures of the one that follows."""

    def __init__(self, plan: BlockPlan, *, start: Start, name_block: NameBlock) -> None:
        self._plan = plan
        self._first = start.block
        self._offset = start.offset
        self._name_block = name_block
        self._blocks: list[Block] = []

    @property
    def least(self) -> int:
        """The smallest size of the next block with which 50,000 suffice for the upload."""
        return self._plan.least(self._next_index, self._offset)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all blocks in order."""
        return tuple(block.id for block in self._blocks)

    @property
    def any_staged(self) -> bool:
        """Whether storage has any of them."""
        return any(block.staged for block in self._blocks)

    @property
    def acknowledged(self) -> tuple[tuple[str, int], ...]:
        """Ids and sizes of the leading blocks that storage has, without a gap."""
        leading = itertools.takewhile(lambda block: block.staged, self._blocks)
        return tuple((block.id, block.size) for block in leading)

    def next_block(self, reservation: Reservation, *, expected: int) -> Block:
        """An empty block behind the others; `expected` bytes are known to come, 0 when nobody knows."""
        target, half = self._plan.target(self._next_index, self._offset), expected // 2
        # Those that are still to grow may take a whole chunk over; what a crash costs is counted in standard blocks.
        limit = max(target, self._plan.standard)
        is_only_one = not self._blocks and _WORTH_HALVING <= expected <= target
        # A block may be larger than its target by a chunk, and the other one smaller by as much.
        if is_only_one and half - LARGEST_CHUNK >= self.least:
            target = half
        name = self._name_block(self._next_index, self._offset)
        return Block(name, target=target, limit=limit, reservation=reservation)

    def append(self, block: Block) -> None:
        """Close a block; raises `TooLargeError` when there is no room for one more."""
        if self._next_index >= MOST_BLOCKS:
            raise TooLargeError("This upload needs more blocks than one blob can have.")
        block.close()
        self._blocks.append(block)
        self._offset += block.size

    @property
    def _next_index(self) -> int:
        return self._first + len(self._blocks)
