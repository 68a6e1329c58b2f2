from hypothesis import given
from hypothesis import strategies as st

from services.uploads.resumable.block_chain import Segment, begin_generation, block_id, follow

FIRST: tuple[Segment, ...] = (Segment(1, 0),)


def staged(*blocks: tuple[int, int, int]) -> dict[str, int]:
    """Blocks by generation, offset and size."""
    return {block_id(generation, offset): size for generation, offset, size in blocks}


def test_blocks_count_up_to_the_first_gap() -> None:
    chain = follow(staged((1, 0, 10), (1, 10, 5), (1, 16, 9)), FIRST)
    assert chain.end == 15
    assert chain.block_ids == (block_id(1, 0), block_id(1, 10))


def test_nothing_staged_reaches_nowhere() -> None:
    assert follow({}, FIRST).end == 0


def test_a_new_generation_counts_from_where_it_began() -> None:
    segments = begin_generation(FIRST, at=10)
    blocks = staged((1, 0, 10), (1, 10, 7), (2, 10, 3))
    assert follow(blocks, segments).end == 13
    assert follow(blocks, segments).block_ids[-1] == block_id(2, 10)


def test_late_blocks_of_an_old_generation_do_not_count() -> None:
    segments = begin_generation(begin_generation(FIRST, at=10), at=10)
    assert follow(staged((1, 0, 10), (1, 10, 7), (2, 10, 7)), segments).end == 10


def test_a_generation_that_has_written_nothing_leaves_no_segment() -> None:
    segments = begin_generation(begin_generation(FIRST, at=0), at=0)
    assert segments == (Segment(3, 0),)


def test_a_gap_in_an_old_generation_ends_the_chain_there() -> None:
    segments = begin_generation(FIRST, at=10)
    assert follow(staged((1, 0, 4), (2, 10, 3)), segments).end == 4


def test_names_of_others_are_not_looked_at() -> None:
    assert follow({"00000000": 5, block_id(1, 0): 2}, FIRST).end == 2


@given(st.lists(st.tuples(st.lists(st.integers(1, 100), max_size=4), st.booleans()), max_size=6))
def test_any_history_of_writers_gives_what_each_was_told(history: list[tuple[list[int], bool]]) -> None:
    """Writers follow one another; some leave a block beyond a gap, which nobody was told of."""
    segments, blocks, at = FIRST, dict[str, int](), 0
    for sizes, stray in history:
        segments = begin_generation(segments, at=at)
        generation = segments[-1].generation
        for size in sizes:
            blocks[block_id(generation, at)] = size
            at += size
        if stray:
            blocks[block_id(generation, at + 1)] = 50
        assert follow(blocks, segments).end == at


def test_ids_have_one_length() -> None:
    assert len({len(block_id(generation, offset)) for generation in (1, 999_999) for offset in (0, 5 * 2**40)}) == 1
