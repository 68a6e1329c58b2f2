import threading

import pytest

from services.errors import BusyError
from services.memory_budget import MemoryBudget


class HalfFilled:
    """A holder that sends off what it holds when it is asked to."""

    def __init__(self, budget: MemoryBudget, held: int) -> None:
        self.budget = budget
        self.reclaimable = held
        budget.acquire(held)
        budget.join(self)

    def give_back(self) -> None:
        held, self.reclaimable = self.reclaimable, 0
        self.budget.sending(held)
        threading.Thread(target=self.budget.sent, args=(held,)).start()


def test_bytes_are_counted_and_come_back() -> None:
    budget = MemoryBudget(100)
    budget.acquire(60)
    budget.acquire(40)
    assert budget.used == 100
    budget.release(40)
    budget.sending(60)
    budget.sent(60)
    assert budget.used == 0


def test_who_asks_for_more_than_is_left_waits_for_it() -> None:
    budget = MemoryBudget(100)
    budget.acquire(80)
    got = threading.Event()

    def ask() -> None:
        budget.acquire(50)
        got.set()

    thread = threading.Thread(target=ask)
    thread.start()
    assert not got.wait(timeout=0.1)
    budget.release(80)
    assert got.wait(timeout=5)
    thread.join()


def test_the_largest_holders_are_made_to_give_back() -> None:
    budget = MemoryBudget(100)
    small, large = HalfFilled(budget, 30), HalfFilled(budget, 70)
    budget.acquire(50)
    assert (small.reclaimable, large.reclaimable) == (30, 0)


def test_when_nothing_comes_back_the_wait_ends_in_an_error() -> None:
    budget = MemoryBudget(100, patience=0.05)
    budget.acquire(100)
    with pytest.raises(BusyError) as caught:
        budget.acquire(1)
    assert caught.value.status == 503
    assert budget.used == 100


def test_what_can_never_fit_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="never fit"):
        MemoryBudget(100).acquire(101)
