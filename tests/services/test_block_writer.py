import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.block_writer import BlockWriter, Start
from services.blocks import Chunk, Pieces, Streaming
from services.errors import StorageUnavailableError, TooLargeError
from services.memory_budget import MemoryBudget
from tests.server import eventually
from utils.block_plan import MIB, MOST_BLOCKS, BlockPlan

GIB = 1024 * MIB
PLAN = BlockPlan(standard=MIB, largest=100 * MIB)


class Storage:
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

    def __init__(self, storage: Storage, block_id: str, size: int) -> None:
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


def streaming(storage: Storage, pool: Executor, expected: int, *, places: int = 1, patience: float = 10.0) -> Streaming:
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


def is_under_way(storage: Storage, number: int = 0) -> bool:
    """Whether the bytes of that block have begun to arrive, in the end."""
    eventually(lambda: len(storage.begun) > number and bool(list(storage.begun.values())[number].pieces))
    return True


def test_a_block_is_on_its_way_while_it_fills(pool: ThreadPoolExecutor) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(100 * MIB)
    leave = streaming(storage, pool, MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
    write(writer, budget, bytes(MIB - 1))
    assert is_under_way(storage)
    assert writer.abandon() is False
    assert [each.aborted for each in storage.begun.values()] == [True]
    assert storage.blocks == {}
    assert (budget.used, is_free(leave)) == (0, True)


def test_what_is_under_way_is_waited_for_when_it_is_given_up(pool: ThreadPoolExecutor) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(MIB)
    leave = streaming(storage, pool, MIB)
    writer = BlockWriter(stage=storage.stage, plan=PLAN, budget=budget, pool=pool, streaming=leave)
    write(writer, budget, bytes(900_000))
    assert is_under_way(storage)
    budget.acquire(500_000)
    assert [each.aborted for each in storage.begun.values()] == [True]
    assert [len(data) for data in storage.blocks.values()] == [900_000]
    assert is_free(leave)
    writer.abandon()


@pytest.mark.parametrize("fails", ["on its way", "in the end"])
def test_what_failed_once_is_not_tried_again_by_the_same_upload(pool: ThreadPoolExecutor, fails: str) -> None:
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
    storage, budget = Storage(), MemoryBudget(100 * MIB)
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
