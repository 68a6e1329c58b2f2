import multiprocessing
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from multiprocessing.synchronize import Event

import pytest

from services.errors import BusyError
from services.places import FairShare, Places
from services.uploads.upload_slots import UploadSlots


def test_one_more_than_there_are_slots_is_refused_until_one_is_free() -> None:
    slots = UploadSlots(2, instance=uuid.uuid4().hex)
    with slots.hold():
        with slots.hold():
            assert slots.taken == 2
            with pytest.raises(BusyError), slots.hold():
                pass
        with slots.hold():
            pass
    assert slots.taken == 0


def hold_until(instance: str, held: Event, forever: Event, limit: int = 1, mine: int = 1) -> None:
    slots = UploadSlots(limit, instance=instance)
    with ExitStack() as stack:
        for _ in range(mine):
            stack.enter_context(slots.hold("greedy"))
        held.set()
        forever.wait(timeout=60)


def test_processes_of_an_instance_share_the_slots_and_a_killed_one_gives_its_back() -> None:
    instance = uuid.uuid4().hex
    context = multiprocessing.get_context("spawn")
    held, forever = context.Event(), context.Event()
    process = context.Process(target=hold_until, args=(instance, held, forever))
    process.start()
    try:
        assert held.wait(timeout=30)
        slots = UploadSlots(1, instance=instance)
        with pytest.raises(BusyError), slots.hold():
            pass
        with UploadSlots(1, instance=uuid.uuid4().hex).hold():
            pass  # Another instance has slots of its own.
    finally:
        process.kill()
        process.join()
    with slots.hold():
        assert slots.taken == 1


HALF = FairShare(0.5)
Hold = Callable[[str], AbstractContextManager[None]]


def slots_of(limit: int) -> Hold:
    return UploadSlots(limit, instance=uuid.uuid4().hex, share=HALF).hold


def places_of(limit: int) -> Hold:
    return Places(limit, share=HALF, refusal="There is none.").hold


def fill(hold: Hold, client: str, stack: ExitStack) -> int:
    """Take as many as the client gets, and return how many."""
    taken = 0
    while True:
        try:
            stack.enter_context(hold(client))
        except BusyError:
            return taken
        taken += 1


@pytest.mark.parametrize("kind", [slots_of, places_of])
def test_one_client_gets_half_and_the_next_one_half_of_the_rest(kind: Callable[[int], Hold]) -> None:
    hold = kind(64)
    with ExitStack() as stack:
        assert [fill(hold, client, stack) for client in "abcdefgh"] == [32, 16, 8, 4, 2, 1, 1, 0]
    with ExitStack() as stack:
        assert fill(hold, "z", stack) == 32


@pytest.mark.parametrize("kind", [slots_of, places_of])
def test_what_a_client_gives_back_another_may_take(kind: Callable[[int], Hold]) -> None:
    hold = kind(4)
    with ExitStack() as stack:
        assert fill(hold, "a", stack) == 2
        with ExitStack() as others:
            assert [fill(hold, client, others) for client in "bc"] == [1, 1]
            assert fill(hold, "d", stack) == 0
        assert fill(hold, "d", stack) == 1


def test_a_single_place_is_for_anybody() -> None:
    for kind in (slots_of, places_of):
        with ExitStack() as stack:
            assert fill(kind(1), "a", stack) == 1


@contextmanager
def another_process(instance: str, *, limit: int, mine: int) -> Iterator[None]:
    """A process in which one client holds so many slots of the instance."""
    context = multiprocessing.get_context("spawn")
    held, forever = context.Event(), context.Event()
    process = context.Process(target=hold_until, args=(instance, held, forever, limit, mine))
    process.start()
    try:
        assert held.wait(timeout=60)
        yield
    finally:
        process.kill()
        process.join()


def test_a_client_has_one_share_over_all_processes_of_an_instance() -> None:
    instance = uuid.uuid4().hex
    slots = UploadSlots(16, instance=instance, share=HALF)
    with another_process(instance, limit=16, mine=6), ExitStack() as stack:
        assert fill(slots.hold, "greedy", stack) == 2
        assert fill(slots.hold, "other", stack) == 4
    with ExitStack() as stack:
        assert fill(slots.hold, "greedy", stack) == 8


def test_a_place_that_is_given_back_twice_comes_back_once() -> None:
    places = Places(2, share=FairShare(1.0), refusal="There is none.")
    give_back = places.take("a")
    places.take("a")
    give_back()
    give_back()
    assert places.taken == 1
