import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.block_writer import BlockWriter
from services.blocks import Pieces
from services.memory_budget import MemoryBudget
from utils.block_plan import MIB, BlockPlan

PLAN = BlockPlan(standard=MIB, largest=100 * MIB)


class Storage:
    """Keeps what is staged, in memory."""

    def __init__(self) -> None:
        self.blocks: dict[str, bytes] = {}
        self.failing = False
        self.open = threading.Event()
        self.open.set()

    def stage(self, block_id: str, data: Pieces) -> None:
        self.open.wait(timeout=10)
        if self.failing:
            raise OSError("storage is away")
        self.blocks[block_id] = b"".join(data)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def write(writer: BlockWriter, budget: MemoryBudget, data: bytes) -> None:
    budget.acquire(len(data))
    writer.write(data)


def write_many(writer: BlockWriter, budget: MemoryBudget, *, count: int) -> None:
    for _ in range(count):
        write(writer, budget, bytes(MIB))


@given(sizes=st.lists(st.integers(1, 700_000), max_size=12))
def test_whatever_the_chunks_the_blocks_hold_them_in_order(sizes: list[int]) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
    data = b"".join(bytes([index]) * size for index, size in enumerate(sizes))
    with ThreadPoolExecutor(4) as pool:
        writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool)
        for index, size in enumerate(sizes):
            write(writer, budget, bytes([index]) * size)
        ids = writer.finish()
    assert b"".join(storage.blocks[each] for each in ids) == data
    assert len({len(each) for each in ids}) <= 1
    assert sum(acknowledged for _, acknowledged in writer.acknowledged) == len(data)
    assert budget.used == 0


def test_a_failed_block_fails_the_upload_and_gives_everything_back(pool: ThreadPoolExecutor) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
    storage.failing = True
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool)
    with pytest.raises(OSError, match="away"):
        write_many(writer, budget, count=100)
    with pytest.raises(OSError, match="away"):
        writer.finish()
    assert writer.abandon() is False
    assert budget.used == 0


def test_no_more_blocks_are_on_their_way_than_there_are_lanes(pool: ThreadPoolExecutor) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
    storage.open.clear()
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, lanes=2)
    thread = threading.Thread(target=lambda: write_many(writer, budget, count=3))
    thread.start()
    thread.join(timeout=0.2)
    assert thread.is_alive()
    storage.open.set()
    thread.join(timeout=10)
    assert len(writer.finish()) == 3


def test_a_half_filled_block_goes_off_when_the_budget_asks_for_it(pool: ThreadPoolExecutor) -> None:
    storage, budget = Storage(), MemoryBudget(MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool)
    write(writer, budget, bytes(900_000))
    budget.acquire(500_000)
    assert [len(data) for data in storage.blocks.values()] == [900_000]
    budget.release(500_000)
    write(writer, budget, b"rest")
    assert len(writer.finish()) == 2


def test_only_leading_blocks_count_as_acknowledged(pool: ThreadPoolExecutor) -> None:
    first_may_go = threading.Event()
    staged = threading.Event()
    budget = MemoryBudget(100 * MIB)

    def stage(block_id: str, _: Pieces) -> None:
        if block_id == "00000000":
            first_may_go.wait(timeout=10)
        else:
            staged.set()

    writer = BlockWriter(stage=stage, plan=PLAN, budget=budget, pool=pool)
    write(writer, budget, bytes(MIB))
    write(writer, budget, bytes(MIB))
    assert staged.wait(timeout=10)
    before = writer.acknowledged
    first_may_go.set()
    writer.flush()
    assert (before, [size for _, size in writer.acknowledged]) == ((), [MIB, MIB])
    writer.abandon()


def test_abandoning_twice_and_after_finishing_is_harmless(pool: ThreadPoolExecutor) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool)
    write(writer, budget, bytes(10))
    writer.finish()
    assert writer.abandon() is True
    assert writer.abandon() is True
    writer.give_back()
    assert budget.used == 0
