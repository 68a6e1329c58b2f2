"""Bodies are read in steps that fit what is here and how fast more comes."""

from collections.abc import Callable

import pytest

from services.errors import TooLargeError
from services.uploads.body_reader import BodyReader
from services.uploads.errors import StalledBodyError
from services.uploads.memory_budget import MemoryBudget
from services.uploads.reservation import ReservedChunk
from tests.bodies import Bytes
from utils.sizes import MIB


class Asked(Bytes):
    """Notes how much it is asked for."""

    def __init__(self, content: bytes, *, at_hand: int = 0) -> None:
        super().__init__(content)
        self.at_hand = at_hand
        self.steps: list[int] = []

    def read(self, size: int | None = -1, /) -> bytes:
        self.steps.append(size or 0)
        return super().read(size)


def forget(_chunk: ReservedChunk) -> None:
    """Take nothing over."""


def steps(body: Asked) -> list[int]:
    budget = MemoryBudget(100 * MIB)
    reader = BodyReader(budget, uploads=4)

    def check(chunk: ReservedChunk) -> None:
        assert budget.used == len(chunk) == chunk.reservation.amount

    reader.read(body, door="put", pass_on=check)
    assert budget.used == 0
    return body.steps


def test_steps_begin_small_and_grow_for_who_is_fast() -> None:
    assert steps(Asked(bytes(6 * MIB)))[:6] == [16 * 1024, 64 * 1024, 256 * 1024, MIB, 2 * MIB, 2 * MIB]


def test_what_is_here_already_is_taken_in_one_step() -> None:
    assert steps(Asked(bytes(3 * MIB), at_hand=300_000))[0] == 300_000
    assert steps(Asked(bytes(3 * MIB), at_hand=5 * MIB))[0] == 2 * MIB


def test_steps_are_smaller_where_not_much_is_announced() -> None:
    for length, largest in ((MIB, MIB), (8 * MIB, MIB), (12 * MIB, 3 * MIB // 2), (64 * MIB, 2 * MIB)):
        body = Asked(bytes(4 * MIB), at_hand=5 * MIB)
        body.length = length
        assert steps(body)[0] == largest


def test_where_many_share_little_more_is_taken_only_of_what_is_here() -> None:
    budget = MemoryBudget(32 * MIB)
    reader = BodyReader(budget, uploads=100)
    share = budget.total // 200

    def largest(length: int | None, at_hand: int) -> int:
        body = Asked(bytes(4 * MIB), at_hand=at_hand)
        body.length = length
        reader.read(body, door="put", pass_on=forget)
        return max(body.steps)

    assert largest(4 * MIB, at_hand=0) == share
    assert largest(4 * MIB, at_hand=500_000) == 500_000
    assert largest(4 * MIB, at_hand=3 * MIB) == MIB
    assert largest(None, at_hand=3 * MIB) == share


def test_what_has_waited_here_does_not_make_its_sender_fast() -> None:
    body = Asked(bytes(3 * MIB), at_hand=300_000)
    reader = BodyReader(MemoryBudget(100 * MIB), uploads=4)

    def nothing_more_waits(_chunk: ReservedChunk) -> None:
        body.at_hand = 0

    reader.read(body, door="put", pass_on=nothing_more_waits)
    assert body.steps[:2] == [300_000, 64 * 1024]


class Stalling(Bytes):
    """Ends with an error instead of its last bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if data := super().read(size):
            return data
        raise StalledBodyError("Nothing arrived.")


def keep_in(kept: list[ReservedChunk]) -> Callable[[ReservedChunk], None]:
    return lambda chunk: kept.append(chunk.taken_over())


@pytest.mark.parametrize("arrived", [0, 40_000])
def test_what_was_reserved_for_bytes_that_never_came_is_given_back(arrived: int) -> None:
    budget = MemoryBudget(100 * MIB)
    kept: list[ReservedChunk] = []
    with pytest.raises(StalledBodyError):
        BodyReader(budget, uploads=4).read(Stalling(bytes(arrived)), door="put", pass_on=keep_in(kept))
    assert budget.used == arrived
    for chunk in kept:
        chunk.reservation.release()
    assert budget.used == 0


def test_what_was_reserved_beyond_a_body_that_ended_is_given_back() -> None:
    budget = MemoryBudget(100 * MIB)
    kept: list[ReservedChunk] = []
    BodyReader(budget, uploads=4).read(Bytes(bytes(100_000)), door="put", pass_on=keep_in(kept))
    assert budget.used == sum(map(len, kept)) == 100_000
    for chunk in kept:
        chunk.reservation.release()


def test_what_nobody_takes_over_is_given_back_when_it_is_refused() -> None:
    budget = MemoryBudget(100 * MIB)

    def refuse(_chunk: ReservedChunk) -> None:
        raise TooLargeError("It is too large.")

    with pytest.raises(TooLargeError):
        BodyReader(budget, uploads=4).read(Bytes(bytes(100_000)), door="put", pass_on=refuse)
    assert budget.used == 0
