"""Bodies are read in steps that fit what is here and how fast more comes."""

from services.intake import Intake
from services.memory_budget import MemoryBudget
from tests.bodies import Bytes
from utils.block_plan import MIB


class Asked(Bytes):
    """Notes how much it is asked for."""

    def __init__(self, content: bytes, *, at_hand: int = 0) -> None:
        super().__init__(content)
        self.at_hand = at_hand
        self.steps: list[int] = []

    def read(self, size: int | None = -1, /) -> bytes:
        self.steps.append(size or 0)
        return super().read(size)


def steps(body: Asked) -> list[int]:
    budget = MemoryBudget(100 * MIB)
    intake = Intake(budget, uploads=4)
    for chunk in intake.chunks(body, door="put"):
        assert budget.used == len(chunk)
        intake.release(len(chunk))
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
    intake = Intake(budget, uploads=100)
    share = budget.total // 200

    def largest(length: int | None, at_hand: int) -> int:
        body = Asked(bytes(4 * MIB), at_hand=at_hand)
        body.length = length
        for chunk in intake.chunks(body, door="put"):
            intake.release(len(chunk))
        return max(body.steps)

    assert largest(4 * MIB, at_hand=0) == share
    assert largest(4 * MIB, at_hand=500_000) == 500_000
    assert largest(4 * MIB, at_hand=3 * MIB) == MIB
    assert largest(None, at_hand=3 * MIB) == share


def test_what_has_waited_here_does_not_make_its_sender_fast() -> None:
    body = Asked(bytes(3 * MIB), at_hand=300_000)
    intake = Intake(MemoryBudget(100 * MIB), uploads=4)
    chunks = intake.chunks(body, door="put")
    next(chunks)
    body.at_hand = 0
    next(chunks)
    assert body.steps == [300_000, 64 * 1024]
