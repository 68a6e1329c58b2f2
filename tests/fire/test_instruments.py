"""The scenarios' own instruments: a verdict that finds nothing would be no verdict."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fire import report
from tests.fire.faults import Dice
from tests.fire.nonsense import Generator, Target
from tests.fire.scenario import Result, Scenario
from tests.fire.senders import Film, Outcome, Sender
from tests.fire.verdict import judge, wait_until_listed
from tests.server import Server, running_server


@pytest.fixture
def server(azurite: str) -> Iterator[Server]:
    with running_server(azurite) as running:
        yield running


def sent(server: Server, *numbers: int) -> list[Outcome]:
    return Sender([server.url]).send_all([Film(number, 5000) for number in numbers], at_once=1)


def test_uploads_through_every_door_that_arrive_are_found_in_order(server: Server) -> None:
    outcomes = sent(server, 1, 2, 3)
    assert [outcome.door for outcome in outcomes] == ["form", "put", "tus"]
    assert judge(server, outcomes) == []
    assert wait_until_listed(server, outcomes)[1] == []


def test_what_is_lost_different_doubled_or_given_up_is_named(server: Server) -> None:
    good, swapped, doubled, again, unknown = sent(server, 1, 2, 3, 3, 4)
    outcomes = [
        replace(swapped, film=Film(7, 5000)),
        doubled,
        again,
        replace(good, video_id="nowhere"),
        replace(unknown, video_id=None, why="tired"),
    ]
    assert {sentence.partition(" ")[2] for sentence in judge(server, outcomes)} == {
        "by put was given up: tired",
        "differs: 5000 bytes for 5000.",
        "is there 2 times.",
        "is not in storage.",
        "is in storage, and no client was told of it.",
    }


def test_a_sender_that_is_refused_for_good_gives_up(server: Server) -> None:
    [outcome] = Sender([server.url]).send_all([Film(1, 0)], doors=["tus"], at_once=1)
    assert outcome.video_id is None
    assert "400" in outcome.why


def test_chances_are_the_same_in_every_run() -> None:
    target = Target(video_id="v", etag="e", upload_id="u", cursor="c")
    for number in range(200):
        assert Generator(target, seed=1).make(number) == Generator(target, seed=1).make(number)
    throws = [[dice("GET", "/") for _ in range(1000)] for dice in (Dice(share=0.1, seed=1), Dice(share=0.1, seed=1))]
    assert throws[0] == throws[1]
    assert 50 < sum(fault is not None for fault in throws[0]) < 150


def test_a_report_replaces_its_own_section_alone(tmp_path: Path) -> None:
    def play(_azurite: str) -> Result:
        raise NotImplementedError

    scenario = Scenario(name="rain", title="Rain", story="It rains.", full=play, short=play)
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- rain -->\nold\n<!-- end of rain -->\nafter\n")
    report.write(scenario, Result(figures=[("drops", "3")], broken=["A roof leaks."]), page)
    text = page.read_text()
    assert text.startswith("before\n<!-- rain -->\n## Rain\n")
    assert text.endswith("**Not kept:** A roof leaks.\n<!-- end of rain -->\nafter\n")
    assert "| drops | 3 |" in text
    assert "old" not in text
