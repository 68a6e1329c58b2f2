import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from services.errors import BusyError, TooLargeError
from services.uploads.memory_budget import MemoryBudget
from services.uploads.reservation import Reservation
from tests.server import eventually


class HalfFilled:
    """A holder that sends off what it holds when it is asked to."""

    def __init__(self, budget: MemoryBudget, held: int) -> None:
        self.reclaimable = held
        self.reservation = budget.reserve(held)
        budget.join(self)

    def give_back(self) -> None:
        self.reclaimable = 0
        self.reservation.send_off()
        threading.Thread(target=self.reservation.release).start()


def test_bytes_are_counted_and_come_back() -> None:
    budget = MemoryBudget(100)
    with budget.reserve(60) as first, budget.reserve(40):
        assert budget.used == 100
        first.send_off()
    assert budget.used == 0


def test_who_asks_for_more_than_is_left_waits_for_it() -> None:
    budget = MemoryBudget(100)
    held = budget.reserve(80)
    got = threading.Event()

    def ask() -> None:
        with budget.reserve(50):
            got.set()

    thread = threading.Thread(target=ask)
    thread.start()
    assert not got.wait(timeout=0.1)
    held.release()
    assert got.wait(timeout=5)
    thread.join()


def test_the_largest_holders_are_made_to_give_back() -> None:
    budget = MemoryBudget(100)
    small, large = HalfFilled(budget, 30), HalfFilled(budget, 70)
    with budget.reserve(50):
        assert (small.reclaimable, large.reclaimable) == (30, 0)
    small.reservation.release()


class Came(list[int]):
    """The amounts that somebody has got, in order; they are held until the end."""

    def __init__(self) -> None:
        super().__init__()
        self.held = ExitStack()

    def add(self, reservation: Reservation) -> None:
        self.held.enter_context(reservation)
        self.append(reservation.amount)


@pytest.fixture
def came() -> Iterator[Came]:
    came = Came()
    with came.held:
        yield came


def waiting(budget: MemoryBudget, amount: int, came: Came) -> threading.Thread:
    """Ask for an amount in a thread, and return when that waits in the line."""
    line = budget.waiting

    def ask() -> None:
        came.add(budget.reserve(amount))

    thread = threading.Thread(target=ask)
    thread.start()
    eventually(lambda: budget.waiting > line)
    return thread


def test_what_comes_back_goes_to_those_who_wait_in_their_order(came: Came) -> None:
    budget = MemoryBudget(100, clock=lambda: 0.0)
    held = budget.reserve(100)
    held.send_off()
    large = waiting(budget, 50, came)
    small = waiting(budget, 20, came)
    held.shrink(to=70)
    assert budget.waiting == 2  # The small one would fit, and is behind.
    held.shrink(to=50)
    large.join(timeout=5)
    assert came == [50]
    held.release()
    small.join(timeout=5)
    assert came == [50, 20]
    assert budget.used == 70


def test_who_fits_may_pass_those_for_whom_nothing_is_coming_back(came: Came) -> None:
    budget = MemoryBudget(100)
    with budget.reserve(80):
        large = waiting(budget, 50, came)
        with budget.reserve(20):
            assert came == []
    large.join(timeout=5)
    assert came == [50]


def test_who_fits_may_pass_those_for_whom_storage_is_too_slow(came: Came) -> None:
    now = [0.0]
    budget = MemoryBudget(100, clock=lambda: now[0])
    held = budget.reserve(80)
    held.send_off()
    large, small = waiting(budget, 50, came), waiting(budget, 20, came)
    assert came == []
    now[0] += 3
    small.join(timeout=20)
    assert came == [20]
    held.release()
    large.join(timeout=5)
    assert came == [20, 50]


class Broken:
    """A holder that cannot give back."""

    def __init__(self) -> None:
        self.reclaimable = 1
        self.may_answer = threading.Event()

    def give_back(self) -> None:
        self.reclaimable = 0
        assert self.may_answer.wait(timeout=20)
        raise TooLargeError("It has no room for one more block.")


def test_who_leaves_the_line_is_not_in_the_way(came: Came) -> None:
    budget = MemoryBudget(100, clock=lambda: 0.0)
    came.add(held := budget.reserve(60))
    held.send_off()
    holder = Broken()
    budget.join(holder)
    refused: list[int] = []

    def ask_too_much() -> None:
        with pytest.raises(TooLargeError):
            budget.reserve(90)
        refused.append(90)

    large = threading.Thread(target=ask_too_much)
    large.start()
    eventually(lambda: holder.reclaimable == 0)
    small = waiting(budget, 40, came)
    assert came == [60]
    holder.may_answer.set()
    small.join(timeout=5)
    large.join(timeout=5)
    assert (refused, came) == ([90], [60, 40])
    assert budget.used == 100


class Asked:
    """A holder of nothing, which notes how often somebody who waits has looked for more."""

    def __init__(self) -> None:
        self.times = 0

    @property
    def reclaimable(self) -> int:
        self.times += 1
        return 0

    def give_back(self) -> None:
        raise AssertionError


@pytest.mark.parametrize("amount", [4, 90])
def test_who_sees_that_memory_comes_back_waits_on_but_not_for_ever(amount: int, came: Came) -> None:
    now = [0.0]
    budget = MemoryBudget(100, patience=10, clock=lambda: now[0])
    held = budget.reserve(100)
    holder = Asked()
    budget.join(holder)
    refused: list[BusyError] = []

    def ask() -> None:
        try:
            came.add(budget.reserve(amount))
        except BusyError as error:
            refused.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    for _ in range(6):
        holder.times = 0
        eventually(lambda: bool(holder.times or came or refused))
        now[0] += 9
        held.shrink(to=held.amount - 1)
    thread.join(timeout=20)
    assert (came, len(refused)) == (([4], 0) if amount == 4 else ([], 1))
    held.release()


def test_when_nothing_comes_back_the_wait_ends_in_an_error() -> None:
    budget = MemoryBudget(100, patience=0.05)
    with budget.reserve(100):
        with pytest.raises(BusyError) as caught:
            budget.reserve(1)
        assert caught.value.status == 503
        assert budget.used == 100


def test_what_can_never_fit_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="never fit"):
        MemoryBudget(100).reserve(101)
