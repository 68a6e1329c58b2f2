"""What is measured is compared fairly, and told with its spread."""

from benchmarks.rounds import Spread, in_turns, ratio


def test_the_middle_is_told_with_the_ends() -> None:
    assert Spread.of([3.0, 1.0, 2.0]).text(1) == "2.0 (1.0 to 3.0)"
    assert Spread.of([0.501, 0.502, 0.504]).text(2) == "0.50"
    assert Spread.of([0.1, 0.2, 0.4]).text(0, factor=1000) == "200 (100 to 400)"


def test_ratios_are_of_one_round_each() -> None:
    # The second round was slow for both.
    assert ratio([1.0, 10.0, 1.0], [2.0, 20.0, 2.0]) == Spread(0.5, 0.5, 0.5)


def test_everyone_takes_part_in_every_round_and_begins_in_turn() -> None:
    order = list(in_turns(["a", "b", "c"], rounds=4))
    assert order == ["a", "b", "c", "b", "c", "a", "c", "a", "b", "a", "b", "c"]
