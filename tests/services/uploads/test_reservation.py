"""Memory that is reserved travels with its bytes, and comes back whatever becomes of them."""

import gc

import pytest

from services.uploads.memory_budget import MemoryBudget
from services.uploads.reservation import Reservation, ReservedChunk


def test_what_is_taken_over_belongs_to_who_took_it() -> None:
    budget = MemoryBudget(100)
    block = Reservation(budget)
    with budget.reserve(60) as step:
        block.take(step, 40)
        assert (step.amount, block.amount, budget.used) == (20, 40, 60)
    assert budget.used == 40
    block.release()
    assert budget.used == 0


def test_letting_go_twice_gives_back_once() -> None:
    budget = MemoryBudget(100)
    with budget.reserve(60), budget.reserve(40) as twice:
        twice.release()
        twice.release()
        assert budget.used == 60


def test_nobody_takes_more_than_there_is() -> None:
    budget = MemoryBudget(100)
    with budget.reserve(10) as step, pytest.raises(ValueError, match="11 bytes"):
        Reservation(budget).take(step, 11)
    assert budget.used == 0


def test_a_chunk_that_is_kept_outlives_its_step() -> None:
    budget = MemoryBudget(100)
    with budget.reserve(3) as step:
        kept = ReservedChunk(b"abc", step).taken_over()
    assert (kept.data, len(kept), budget.used) == (b"abc", 3, 3)
    kept.reservation.release()
    assert budget.used == 0


def forget(budget: MemoryBudget, *, on_its_way: bool) -> None:
    """Reserve without an end: a mistake in a program."""
    reservation = budget.reserve(60)
    if on_its_way:
        reservation.send_off()
    del reservation
    gc.collect()


@pytest.mark.parametrize("on_its_way", [False, True])
def test_what_is_forgotten_comes_back_with_a_warning(on_its_way: bool) -> None:
    budget = MemoryBudget(100)
    with pytest.warns(ResourceWarning, match="60 bytes"):
        forget(budget, on_its_way=on_its_way)
    assert budget.used == 0
    with budget.reserve(100):
        assert budget.used == 100
