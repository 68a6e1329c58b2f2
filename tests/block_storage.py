"""Storage of blocks in memory, for tests of what writes them: it can be slow, fail, and be asked what it has."""

import threading

from services.storage.blocks import Chunk, Pieces
from services.storage.errors import StorageUnavailableError
from services.uploads.block_plan import BlockPlan
from services.uploads.block_writer import BlockWriter
from services.uploads.memory_budget import MemoryBudget
from services.uploads.reservation import ReservedChunk
from utils.sizes import MIB

PLAN = BlockPlan(standard=MIB, largest=100 * MIB)


class BlockMemory:
    """Keeps what is staged, in memory."""

    def __init__(self) -> None:
        self.blocks: dict[str, bytes] = {}
        self.staged: list[str] = []
        self.begun: dict[str, Transfer] = {}
        self.failing = self.surprising = False
        self.open = threading.Event()
        self.open.set()

    def stage(self, block_id: str, data: Pieces) -> None:
        self.open.wait(timeout=10)
        if self.failing:
            raise OSError("storage is away")
        self.staged.append(block_id)
        self.blocks[block_id] = b"".join(data)

    def begin(self, block_id: str, size: int) -> "Transfer":
        self.begun[block_id] = transfer = Transfer(self, block_id, size)
        if self.failing:
            raise StorageUnavailableError("storage is away")
        return transfer


class Transfer:
    """A block that arrives in pieces."""

    def __init__(self, storage: BlockMemory, block_id: str, size: int) -> None:
        self.storage, self.block_id, self.size = storage, block_id, size
        self.pieces: list[Chunk] = []
        self.failing = self.refused = self.aborted = False

    def send(self, chunk: Chunk) -> None:
        assert not self.aborted
        if self.storage.surprising:
            raise RuntimeError("nobody has thought of this")
        if self.failing:
            raise StorageUnavailableError("storage is away")
        self.pieces.append(chunk)

    def finish(self) -> None:
        assert not self.aborted
        self.storage.open.wait(timeout=10)
        if self.failing or self.refused:
            raise StorageUnavailableError("storage is away")
        self.storage.blocks[self.block_id] = data = b"".join(self.pieces)
        assert len(data) == self.size

    def abort(self) -> None:
        self.aborted = True


def write(writer: BlockWriter, budget: MemoryBudget, data: bytes) -> None:
    with budget.reserve(len(data)) as reservation:
        writer.write(ReservedChunk(data, reservation))


def write_many(writer: BlockWriter, budget: MemoryBudget, *, count: int, size: int = MIB) -> None:
    for _ in range(count):
        write(writer, budget, bytes(size))
