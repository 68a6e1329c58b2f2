import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import TooLargeError
from services.uploads.block_layout import Start
from services.uploads.block_plan import MOST_BLOCKS, BlockPlan
from services.uploads.block_stream import Streaming
from services.uploads.block_writer import BlockWriter
from services.uploads.memory_budget import MemoryBudget
from tests.block_storage import PLAN, BlockMemory, write, write_many
from tests.server import eventually
from utils.sizes import MIB

GIB = 1024 * MIB


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def streaming(
    storage: BlockMemory, pool: Executor, expected: int, *, places: int = 1, patience: float = 10.0
) -> Streaming:
    return Streaming(
        expected=expected,
        begin=storage.begin,
        pool=pool,
        places=threading.BoundedSemaphore(places),
        patience=patience,
    )


def is_free(leave: Streaming) -> bool:
    """Whether the only place for blocks that fill is free, in the end."""
    return leave.places.acquire(timeout=5)


def is_under_way(storage: BlockMemory, number: int = 0) -> bool:
    """Whether the bytes of that block have begun to arrive, in the end."""
    eventually(lambda: len(storage.begun) > number and bool(list(storage.begun.values())[number].pieces))
    return True


def test_a_block_is_on_its_way_while_it_fills(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    plan = BlockPlan(standard=2 * MIB, largest=100 * MIB)
    leave = streaming(storage, pool, 2 * MIB)
    writer = BlockWriter(
        stage=storage.stage, plan=plan, budget=budget, pool=pool, start=Start(4, 4 * MIB), streaming=leave
    )
    write(writer, budget, b"a" * MIB)
    assert is_under_way(storage)
    assert (writer.in_flight, leave.places.acquire(blocking=False)) == (0, False)
    write(writer, budget, b"b" * MIB)
    ids = writer.finish()
    assert storage.blocks == {ids[0]: b"a" * MIB + b"b" * MIB}
    assert storage.staged == []
    assert (budget.used, is_free(leave)) == (0, True)


@settings(deadline=None)
@given(sizes=st.lists(st.integers(400_000, 900_000), min_size=1, max_size=12), missing=st.integers(0, MIB))
def test_whatever_the_chunks_blocks_that_go_off_early_hold_them_in_order(sizes: list[int], missing: int) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    data = b"".join(bytes([index]) * size for index, size in enumerate(sizes))
    with ThreadPoolExecutor(4) as pool:
        leave = streaming(storage, pool, len(data) + missing)
        writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, lanes=1, streaming=leave)
        for index, size in enumerate(sizes):
            write(writer, budget, bytes([index]) * size)
        ids = writer.finish()
    assert b"".join(storage.blocks[each] for each in ids) == data
    assert sum(acknowledged for _, acknowledged in writer.acknowledged) == len(data)
    assert (budget.used, writer.in_flight, is_free(leave)) == (0, 0, True)


def test_a_block_that_fills_too_slowly_is_sent_when_it_is_whole(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    leave = streaming(storage, pool, MIB, patience=0.0)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
    write(writer, budget, b"a" * (MIB - 1))
    eventually(lambda: [each.aborted for each in storage.begun.values()] == [True])
    write(writer, budget, b"b")
    ids = writer.finish()
    assert storage.staged == list(ids) == list(storage.begun)
    assert storage.blocks == {ids[0]: b"a" * (MIB - 1) + b"b"}
    assert (budget.used, is_free(leave)) == (0, True)


@pytest.mark.parametrize("fails", ["at once", "on its way", "in the end"])
def test_what_fails_on_its_way_is_sent_again_when_it_is_whole(pool: ThreadPoolExecutor, fails: str) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    leave = streaming(storage, pool, 2 * MIB)
    storage.failing = fails == "at once"
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
    write(writer, budget, b"a" * 600_000)
    eventually(lambda: bool(storage.begun) and (storage.failing or is_under_way(storage)))
    storage.failing = False
    (first,) = storage.begun.values()
    first.failing = fails == "on its way"
    first.refused = fails == "in the end"
    write(writer, budget, b"b" * 400_000)
    write(writer, budget, b"c" * 600_000)
    ids = writer.finish()
    assert b"".join(storage.blocks[each] for each in ids) == b"a" * 600_000 + b"b" * 400_000 + b"c" * 600_000
    assert ids[0] in storage.staged
    assert (budget.used, is_free(leave)) == (0, True)


def test_a_block_that_fills_can_be_given_up(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    leave = streaming(storage, pool, MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
    write(writer, budget, bytes(MIB - 1))
    assert is_under_way(storage)
    assert writer.abandon() is False
    assert [each.aborted for each in storage.begun.values()] == [True]
    assert storage.blocks == {}
    assert (budget.used, is_free(leave)) == (0, True)


def test_what_is_under_way_is_waited_for_when_it_is_given_up(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    leave = streaming(storage, pool, 2 * MIB)
    storage.open.clear()
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
    write(writer, budget, bytes(MIB - 1))
    assert is_under_way(storage)
    write(writer, budget, bytes(MIB - 1))
    assert writer.in_flight == 1
    threading.Timer(0.1, storage.open.set).start()
    assert writer.abandon() is True
    assert (len(storage.blocks), budget.used, is_free(leave)) == (1, 0, True)


def test_the_budget_calls_back_a_block_that_fills(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(MIB)
    leave = streaming(storage, pool, MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
    write(writer, budget, bytes(900_000))
    assert is_under_way(storage)
    with budget.reserve(500_000):
        assert [each.aborted for each in storage.begun.values()] == [True]
        assert [len(data) for data in storage.blocks.values()] == [900_000]
    assert is_free(leave)
    writer.abandon()


@pytest.mark.parametrize("fails", ["on its way", "in the end"])
def test_what_failed_once_is_not_tried_again_by_the_same_upload(pool: ThreadPoolExecutor, fails: str) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    leave = streaming(storage, pool, 100 * MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
    write(writer, budget, bytes(MIB - 1))
    assert is_under_way(storage)
    first = next(iter(storage.begun.values()))
    first.failing, first.refused = fails == "on its way", True
    write(writer, budget, b"x")
    writer.flush()
    write_many(writer, budget, count=4, size=MIB - 1)
    assert len(writer.finish()) >= 3
    assert len(storage.begun) == 1
    assert is_free(leave)


def test_an_error_that_nobody_has_thought_of_leaves_its_place(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    storage.surprising = True
    leave = streaming(storage, pool, 100 * MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
    write(writer, budget, b"a" * (MIB - 1))
    eventually(lambda: [each.aborted for each in storage.begun.values()] == [True])
    assert is_free(leave)
    write(writer, budget, b"b")
    ids = writer.finish()
    assert (storage.blocks, budget.used) == ({ids[0]: b"a" * (MIB - 1) + b"b"}, 0)


def test_storage_is_not_kept_waiting_for_a_silent_client(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    leave = streaming(storage, pool, MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
    write(writer, budget, b"a" * (MIB - 1))
    assert is_under_way(storage)
    writer.stop_waiting()
    assert is_free(leave)
    write(writer, budget, b"b")
    ids = writer.finish()
    assert storage.blocks == {ids[0]: b"a" * (MIB - 1) + b"b"}


def test_an_upload_of_too_many_blocks_leaves_its_place(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    leave = streaming(storage, pool, MIB)
    start = Start(MOST_BLOCKS, GIB)
    plan = BlockPlan(standard=MIB, largest=100 * GIB, length=GIB + 1000)
    writer = BlockWriter(stage=storage.stage, plan=plan, budget=budget, pool=pool, start=start, streaming=leave)
    write(writer, budget, bytes(MIB - 1))
    assert is_under_way(storage)
    with pytest.raises(TooLargeError):
        write(writer, budget, b"x")
    writer.abandon()
    assert (budget.used, is_free(leave)) == (0, True)


def test_a_block_that_fails_while_it_fills_and_again_fails_the_upload(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    storage.failing = True
    leave = streaming(storage, pool, 100 * MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
    with pytest.raises(OSError, match="away"):
        write_many(writer, budget, count=100, size=MIB - 1)
    assert writer.abandon() is False
    assert (budget.used, writer.in_flight, is_free(leave)) == (0, 0, True)


@pytest.mark.parametrize(("expected", "sizes"), [(8, [4, 4]), (6, [6]), (9, [8, 1]), (16, [8, 8])])
def test_a_request_that_would_be_one_large_block_goes_as_two(
    pool: ThreadPoolExecutor, expected: int, sizes: list[int]
) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    writer = BlockWriter(
        stage=storage.stage,
        plan=BlockPlan(standard=8 * MIB, largest=100 * MIB),
        budget=budget,
        pool=pool,
        start=Start(20, 50 * MIB),
        streaming=streaming(storage, pool, expected * MIB),
    )
    write_many(writer, budget, count=expected)
    writer.finish()
    assert [len(block) // MIB for _, block in sorted(storage.blocks.items())] == sizes


def test_blocks_are_not_halved_where_so_many_would_be_too_many(pool: ThreadPoolExecutor) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    plan = BlockPlan(standard=8 * MIB, largest=200 * GIB, length=180 * GIB)
    start = Start(20, 50 * MIB)
    assert plan.least(start.block, start.offset) < 4 * MIB
    writer = BlockWriter(
        stage=storage.stage,
        plan=plan,
        budget=budget,
        pool=pool,
        start=start,
        streaming=streaming(storage, pool, 8 * MIB),
    )
    write_many(writer, budget, count=8)
    assert len(writer.finish()) == 1


def no_more_threads(_thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


@pytest.mark.parametrize("has_thread", [True, False])
def test_where_no_thread_can_be_started_an_upload_goes_on_by_itself(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch, has_thread: bool
) -> None:
    storage, budget = BlockMemory(), MemoryBudget(100 * MIB)
    may_end = threading.Event()
    if has_thread:
        pool.submit(may_end.wait, 20)
    with ThreadPoolExecutor(1) as waiting:
        leave = streaming(storage, waiting, 8 * MIB, places=8)
        writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", no_more_threads)
            write_many(writer, budget, count=5)
            writer.flush()
        assert budget.used == 0
        may_end.set()
        pool.submit(int).result()  # What the pool had kept for later comes before it, and is staged already.
        write_many(writer, budget, count=3)
        ids = writer.finish()
    assert sorted(storage.staged) == sorted(set(storage.staged))
    assert sum(len(storage.blocks[each]) for each in ids) == 8 * MIB
    assert budget.used == 0
