"""One look is for all who listen, and nobody misses what comes between its own look and the next."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from services.actors.actor import ANYONE, NOBODY, Actor
from services.database.errors import DatabaseUnavailableError
from services.updates.broadcast import Broadcast, Subscriber
from services.updates.change import Change, ChangedThing, Position
from services.updates.finding import FoundChanges


def change(number: int, *, seen_by: Actor | None = None) -> Change:
    return Change(
        type="video.changed",
        about=ChangedThing.VIDEO,
        id=str(number),
        at=datetime.now(UTC),
        position=Position(number=number, at=number),
        key=number,
        seen_by=lambda by: seen_by is None or by is seen_by,
    )


class Source:
    """What there is to be found; counts how often it is looked for."""

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.is_gap = False
        self.looks = 0
        self.looked = threading.Condition()
        self.fails = False

    def look(self, position: Position) -> FoundChanges:
        with self.looked:
            self.looks += 1
            self.looked.notify_all()
        if self.fails:
            raise DatabaseUnavailableError("away")
        # The last two are found again and again, as jobs are.
        changes = [each for each in self.changes if each.position.at > position.at - 2]
        at = max([position.at, *(each.position.at for each in changes)])
        return FoundChanges(changes=changes, position=Position(number=at, at=at), is_gap=self.is_gap)

    def wait_for(self, count: int) -> None:
        with self.looked:
            assert self.looked.wait_for(lambda: self.looks >= count, timeout=30)


class FakeChannel:
    """What one listener has been told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.marks: list[bool] = []
        self.ended = False
        self.news = threading.Condition()

    def tell(self, changes: Sequence[Change]) -> None:
        with self.news:
            self.told += [each.id for each in changes]
            self.news.notify_all()

    def mark(self, position: Position, *, is_gap: bool) -> None:
        del position
        self.marks.append(is_gap)

    def end(self) -> None:
        self.ended = True

    def wait_for(self, *told: str) -> None:
        with self.news:
            assert self.news.wait_for(lambda: self.told == list(told), timeout=30), self.told


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def broadcast(source: Source) -> Iterator[Broadcast]:
    made = Broadcast(source.look)
    yield made
    made.stop()


def listener(line: FakeChannel, *, by: Actor = ANYONE, at: int = 0, looked_at: float | None = None) -> Subscriber:
    looked = time.monotonic() if looked_at is None else looked_at
    return Subscriber(by=by, channel=line, position=Position(number=at, at=at), looked_at=looked)


def test_everybody_is_told_once_of_what_they_may_know(broadcast: Broadcast, source: Source) -> None:
    one, other = FakeChannel(), FakeChannel()
    broadcast.join(listener(one))
    broadcast.join(listener(other, by=NOBODY))
    source.changes = [change(1), change(2, seen_by=ANYONE), change(3)]
    broadcast.wake()
    one.wait_for("1", "2", "3")
    other.wait_for("1", "3")
    seen = source.looks
    broadcast.wake()
    source.wait_for(seen + 2)
    assert (one.told, other.told) == (["1", "2", "3"], ["1", "3"])


def test_who_joins_is_told_what_was_found_since_it_looked_for_itself(broadcast: Broadcast, source: Source) -> None:
    first, late, known = FakeChannel(), FakeChannel(), FakeChannel()
    broadcast.join(listener(first))
    before = time.monotonic()
    source.changes = [change(1)]
    broadcast.wake()
    first.wait_for("1")
    broadcast.join(listener(late, at=0, looked_at=before))
    late.wait_for("1")
    told = listener(known, at=1, looked_at=before)
    told.known = frozenset({1})
    broadcast.join(told)
    source.changes.append(change(2))
    broadcast.wake()
    known.wait_for("2")
    late.wait_for("1", "2")


def test_who_has_looked_too_long_ago_has_to_look_again(broadcast: Broadcast) -> None:
    broadcast.join(listener(FakeChannel()))
    line = FakeChannel()
    broadcast.join(listener(line, looked_at=time.monotonic() - 3600))
    assert line.ended


def test_who_has_looked_just_before_the_first_to_join_misses_nothing(broadcast: Broadcast, source: Source) -> None:
    before = time.monotonic()
    source.changes = [change(5), change(9)]
    broadcast.join(listener(FakeChannel(), at=8))
    line = FakeChannel()
    broadcast.join(listener(line, at=3, looked_at=before))
    line.wait_for("5", "9")


def test_who_joins_from_further_back_after_a_look_or_during_one_is_told_in_order(source: Source) -> None:
    before = time.monotonic()
    source.changes = [change(5), change(9)]
    during, after = FakeChannel(), FakeChannel()

    def look(position: Position) -> FoundChanges:
        found = source.look(position)
        if source.looks == 1:
            told.join(listener(during, at=3, looked_at=before))
        return found

    told = Broadcast(look)
    try:
        told.join(listener(FakeChannel(), at=8))
        during.wait_for("5", "9")
        told.join(listener(after, at=3, looked_at=before - 1))
        after.wait_for("5", "9")
    finally:
        told.stop()


def test_nothing_is_looked_for_while_nobody_listens(broadcast: Broadcast, source: Source) -> None:
    line = FakeChannel()
    alone = listener(line)
    broadcast.join(alone)
    source.wait_for(1)
    broadcast.leave(alone)
    broadcast.wake()
    again = listener(FakeChannel())
    broadcast.join(again)
    source.wait_for(2)
    broadcast.leave(again)
    source.changes = [change(1)]
    broadcast.join(listener(line, at=0))
    line.wait_for("1")


def test_a_gap_is_said_to_all(broadcast: Broadcast, source: Source) -> None:
    source.is_gap = True
    line = FakeChannel()
    broadcast.join(listener(line))
    source.wait_for(2)
    assert True in line.marks


def test_what_happens_while_the_database_is_away_is_told_later(broadcast: Broadcast, source: Source) -> None:
    source.fails = True
    line = FakeChannel()
    broadcast.join(listener(line))
    source.wait_for(1)
    source.changes = [change(1)]
    source.fails = False
    broadcast.wake()
    line.wait_for("1")


def test_all_can_be_asked_to_come_again(broadcast: Broadcast) -> None:
    lines = [FakeChannel(), FakeChannel()]
    for line in lines:
        broadcast.join(listener(line))
    broadcast.end_all()
    assert all(line.ended for line in lines)
