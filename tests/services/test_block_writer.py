import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.block_writer import BlockWriter, Start
from services.blocks import Growing, Pieces, Streaming
from services.memory_budget import MemoryBudget
from utils.block_plan import MIB, BlockPlan

GIB = 1024 * MIB
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


def write_many(writer: BlockWriter, budget: MemoryBudget, *, count: int, size: int = MIB) -> None:
    for _ in range(count):
        write(writer, budget, bytes(size))


@settings(deadline=None)
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


def streaming(expected: int, *, places: int = 1, patience: float = 10.0) -> Streaming:
    return Streaming(expected=expected, places=threading.Semaphore(places), patience=patience)


def test_a_block_is_on_its_way_while_it_fills(pool: ThreadPoolExecutor) -> None:
    begun = threading.Event()
    arrived: list[bytes] = []

    def stage(_: str, data: Pieces) -> None:
        for chunk in data:
            arrived.append(chunk)
            begun.set()

    budget = MemoryBudget(100 * MIB)
    plan = BlockPlan(standard=2 * MIB, largest=100 * MIB)
    writer = BlockWriter(
        stage=stage, plan=plan, budget=budget, pool=pool, start=Start(4, 4 * MIB), streaming=streaming(2 * MIB)
    )
    write(writer, budget, b"a" * MIB)
    assert begun.wait(timeout=10)
    assert writer.in_flight == 0
    write(writer, budget, b"b" * MIB)
    assert len(writer.finish()) == 1
    assert b"".join(arrived) == b"a" * MIB + b"b" * MIB
    assert budget.used == 0


@settings(deadline=None)
@given(sizes=st.lists(st.integers(400_000, 900_000), min_size=1, max_size=12), missing=st.integers(0, MIB))
def test_whatever_the_chunks_blocks_that_go_off_early_hold_them_in_order(sizes: list[int], missing: int) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
    data = b"".join(bytes([index]) * size for index, size in enumerate(sizes))
    with ThreadPoolExecutor(4) as pool:
        writer = BlockWriter(
            stage=storage.stage, plan=PLAN, budget=budget, pool=pool, lanes=1, streaming=streaming(len(data) + missing)
        )
        for index, size in enumerate(sizes):
            write(writer, budget, bytes([index]) * size)
        ids = writer.finish()
    assert b"".join(storage.blocks[each] for each in ids) == data
    assert sum(acknowledged for _, acknowledged in writer.acknowledged) == len(data)
    assert (budget.used, writer.in_flight) == (0, 0)


def test_a_block_that_fills_too_slowly_is_sent_when_it_is_whole(pool: ThreadPoolExecutor) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
    tries: list[type[Pieces]] = []
    first_over = threading.Event()

    def stage(block_id: str, data: Pieces) -> None:
        tries.append(type(data))
        try:
            storage.stage(block_id, data)
        finally:
            first_over.set()

    place = streaming(MIB, patience=0.01)
    writer = BlockWriter(stage=stage, plan=PLAN, budget=budget, pool=pool, streaming=place)
    write(writer, budget, b"a" * (MIB - 1))
    assert first_over.wait(timeout=10)
    write(writer, budget, b"b")
    ids = writer.finish()
    assert tries == [Growing, Pieces]
    assert storage.blocks == {ids[0]: b"a" * (MIB - 1) + b"b"}
    assert place.places.acquire(timeout=10)
    assert budget.used == 0


def test_a_block_that_fills_can_be_given_up(pool: ThreadPoolExecutor) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=streaming(MIB))
    write(writer, budget, bytes(MIB - 1))
    assert writer.abandon() is False
    assert storage.blocks == {}
    assert budget.used == 0


def test_a_block_that_fails_while_it_fills_fails_the_upload(pool: ThreadPoolExecutor) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
    storage.failing = True
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=streaming(100 * MIB))
    with pytest.raises(OSError, match="away"):
        write_many(writer, budget, count=100, size=MIB - 1)
    assert writer.abandon() is False
    assert (budget.used, writer.in_flight) == (0, 0)


@pytest.mark.parametrize(("expected", "sizes"), [(8, [4, 4]), (6, [6]), (9, [8, 1]), (16, [8, 8])])
def test_a_request_that_would_be_one_large_block_goes_as_two(
    pool: ThreadPoolExecutor, expected: int, sizes: list[int]
) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
    writer = BlockWriter(
        stage=storage.stage,
        plan=BlockPlan(standard=8 * MIB, largest=100 * MIB),
        budget=budget,
        pool=pool,
        start=Start(20, 50 * MIB),
        streaming=streaming(expected * MIB),
    )
    write_many(writer, budget, count=expected)
    writer.finish()
    assert [len(block) // MIB for _, block in sorted(storage.blocks.items())] == sizes


def test_blocks_are_not_halved_where_so_many_would_be_too_many(pool: ThreadPoolExecutor) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
    plan = BlockPlan(standard=8 * MIB, largest=200 * GIB, length=180 * GIB)
    start = Start(20, 50 * MIB)
    assert plan.least(start.block, start.offset) < 4 * MIB
    writer = BlockWriter(
        stage=storage.stage, plan=plan, budget=budget, pool=pool, start=start, streaming=streaming(8 * MIB)
    )
    write_many(writer, budget, count=8)
    assert len(writer.finish()) == 1
