import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.uploads.block_plan import MOST_BLOCKS, BlockPlan
from utils.sizes import MIB

TIB = 1024 * 1024 * MIB


def blocks_for(plan: BlockPlan, length: int) -> list[int]:
    """The sizes of all blocks of an upload that turns out to have `length` bytes."""
    sizes: list[int] = []
    offset = 0
    while offset < length:
        sizes.append(min(plan.target(len(sizes), offset), length - offset))
        offset += sizes[-1]
    return sizes


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("length", [1, 16 * 1024 * MIB, 195 * 1024 * MIB, TIB, 5 * TIB])
def test_every_length_fits_into_50000_blocks(length: int, *, known: bool) -> None:
    plan = BlockPlan(standard=8 * MIB, largest=5 * TIB, length=length if known else None)
    sizes = blocks_for(plan, length)
    assert sum(sizes) == length
    assert len(sizes) <= MOST_BLOCKS
    assert max(sizes) <= 4000 * MIB


def test_blocks_begin_small_and_reach_the_standard() -> None:
    plan = BlockPlan(standard=8 * MIB, largest=20 * 1024 * MIB)
    sizes = blocks_for(plan, 200 * MIB)
    assert sizes[:8] == [MIB, MIB, 2 * MIB, 2 * MIB, 4 * MIB, 4 * MIB, 8 * MIB, 8 * MIB]
    assert max(sizes) == 8 * MIB


def test_a_short_upload_of_unknown_length_does_not_pay_for_the_longest() -> None:
    plan = BlockPlan(standard=8 * MIB, largest=5 * TIB)
    assert max(blocks_for(plan, 10 * 1024 * MIB)) == 8 * MIB


@given(index=st.integers(0, MOST_BLOCKS - 2), share=st.floats(0, 1))
def test_from_any_state_the_rest_still_fits(index: int, share: float) -> None:
    length = 20 * 1024 * MIB
    offset = int(length * share)
    plan = BlockPlan(standard=8 * MIB, largest=length, length=length)
    assert offset + plan.least(index, offset) * (MOST_BLOCKS - index) >= length


def test_blocks_sent_early_are_made_up_for_later() -> None:
    """A budget that is always spent makes every block as small as a step of reading, or as small as is allowed."""
    length, step = 2 * TIB, 16 * 1024
    plan = BlockPlan(standard=8 * MIB, largest=5 * TIB)
    offset = index = 0
    while offset < length:
        offset += max(step, plan.least(index, offset))
        index += 1
    assert index <= MOST_BLOCKS
