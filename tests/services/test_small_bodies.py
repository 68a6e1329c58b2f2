"""Large bodies that are read whole share a room of their own."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from services.errors import BusyError
from services.places import FairShare
from services.small_bodies import SmallBodies

KIB = 1024
MIB = 1024 * KIB


@pytest.fixture
def bodies() -> SmallBodies:
    return SmallBodies(share=FairShare(0.5))


def test_small_bodies_take_none_of_the_room(bodies: SmallBodies) -> None:
    with bodies.count() as body:
        body.add(100 * KIB)
        assert bodies.used == 0


def test_a_large_body_takes_room_as_it_arrives_and_gives_all_of_it_back(bodies: SmallBodies) -> None:
    with bodies.count() as body:
        for _ in range(4):
            body.add(64 * KIB)
        assert bodies.used == 8 * 128 * KIB
    assert bodies.used == 0


def test_the_longest_list_of_blocks_fits_and_not_two_of_them(bodies: SmallBodies) -> None:
    with ExitStack() as stack:
        stack.enter_context(bodies.count()).add(5 * MIB)
        with pytest.raises(BusyError):
            stack.enter_context(bodies.count()).add(5 * MIB)
        stack.enter_context(bodies.count()).add(100 * KIB)
    assert bodies.used == 0


def test_of_two_that_hold_half_each_the_older_one_gets_the_rest(bodies: SmallBodies) -> None:
    both_hold_half = threading.Barrier(2)

    def read_whole() -> str:
        try:
            with bodies.count() as body:
                body.add(5 * MIB // 2)
                both_hold_half.wait()
                body.add(5 * MIB // 2)
                return "read"
        except BusyError:
            return "refused"

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(read_whole) for _ in range(2)]
        assert sorted(answer.result() for answer in answers) == ["read", "refused"]
    assert bodies.used == 0
