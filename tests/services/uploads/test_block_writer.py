import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.storage.blocks import Pieces
from services.uploads.block_plan import LARGEST_CHUNK, BlockPlan
from services.uploads.block_writer import BlockWriter
from services.uploads.memory_budget import MemoryBudget
from tests.block_storage import PLAN, BlockMemory, write, write_many
from utils.sizes import MIB

GIB = 1024 * MIB


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


@settings(deadline=None)
@given(sizes=st.lists(st.integers(1, 700_000), max_size=12))
def test_whatever_the_chunks_the_blocks_hold_them_in_order(sizes: list[int]) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
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


def test_no_block_is_larger_than_the_standard_one(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    plan = BlockPlan(standard=4 * MIB, largest=100 * MIB)
    writer = BlockWriter(stage=storage.stage, plan=plan, budget=budget, pool=pool, lanes=1)
    for _ in range(16):
        write(writer, budget, bytes(LARGEST_CHUNK - 1))
    ids = writer.finish()
    assert max(len(storage.blocks[each]) for each in ids) == 4 * MIB
    assert sum(len(storage.blocks[each]) for each in ids) == 16 * (LARGEST_CHUNK - 1)
    assert budget.used == 0


def test_a_failed_block_fails_the_upload_and_gives_everything_back(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    storage.failing = True
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool)
    with pytest.raises(OSError, match="away"):
        write_many(writer, budget, count=100)
    with pytest.raises(OSError, match="away"):
        writer.finish()
    assert writer.abandon() is False
    assert budget.used == 0


def test_no_more_blocks_are_on_their_way_than_there_are_lanes(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
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
    storage, budget = BlockMemory(), MemoryBudget(MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool)
    write(writer, budget, bytes(900_000))
    with budget.reserve(500_000):
        assert [len(data) for data in storage.blocks.values()] == [900_000]
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
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool)
    write(writer, budget, bytes(10))
    writer.finish()
    assert writer.abandon() is True
    assert writer.abandon() is True
    writer.give_back()
    assert budget.used == 0
