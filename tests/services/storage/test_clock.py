"""What is deleted is judged by storage's clock, and by none while the clocks disagree."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from services.errors import ClockUnsureError
from services.storage.clock import Deadlines, ServerTime, StorageClock
from services.storage.errors import StorageUnavailableError

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MONTH = timedelta(days=31)


@dataclass
class World:
    """Two clocks, and the seconds that pass."""

    storage: datetime = NOON
    own: datetime = NOON
    seconds: float = 0.0
    asked: int = 0
    time: ServerTime = field(init=False)
    clock: StorageClock = field(init=False)

    def __post_init__(self) -> None:
        self.time = ServerTime(counted=lambda: self.seconds)
        self.clock = StorageClock(self.time, ask=self.answer, own=lambda: self.own)

    def answer(self) -> None:
        self.asked += 1
        self.time.learn({"Date": format_datetime(self.storage, usegmt=True), "x-ms-request-id": "1"})

    def pass_by(self, *, seconds: float) -> None:
        self.seconds += seconds
        self.storage += timedelta(seconds=seconds)
        self.own += timedelta(seconds=seconds)


def test_storage_is_asked_once_to_date_things_and_each_time_to_judge_them() -> None:
    world = World()
    assert world.clock.now() == NOON
    world.pass_by(seconds=10)
    assert world.clock.now() == NOON + timedelta(seconds=10)
    assert world.asked == 1
    assert [world.clock.judge(), world.clock.judge()] == [NOON + timedelta(seconds=10)] * 2
    assert world.asked == 3


def test_a_jump_of_the_time_of_day_here_moves_nothing() -> None:
    world = World()
    deadlines = Deadlines(world.clock, timedelta(hours=24))
    deadline = deadlines.from_now()
    assert deadline == NOON + timedelta(hours=24)
    world.own += MONTH
    assert not deadlines.passed(deadline)
    world.pass_by(seconds=24 * 60 * 60)
    assert deadlines.passed(deadline)


@pytest.mark.parametrize("wrong", ["own", "storage"])
@pytest.mark.parametrize("by", [MONTH, -MONTH, timedelta(seconds=3700), timedelta(seconds=-3700)])
def test_nothing_is_judged_while_the_clocks_are_more_than_an_hour_apart(
    wrong: str, by: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    world = World()
    setattr(world, wrong, NOON + by)
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            with pytest.raises(ClockUnsureError, match="Nothing is deleted"):
                world.clock.judge()
        # Who is alerted hears it once, until the clocks have agreed in between.
        assert [record.levelname for record in caplog.records] == ["ERROR", "INFO", "INFO"]
        setattr(world, wrong, NOON + timedelta(minutes=59))
        world.clock.judge()
        setattr(world, wrong, NOON + by)
        with pytest.raises(ClockUnsureError):
            world.clock.judge()
    assert caplog.records[-1].levelname == "ERROR"


def test_answers_without_storages_own_date_tell_no_time() -> None:
    world = World()
    for headers in ({}, {"Date": "Fri, 20 Nov 2026 12:00:00 GMT"}, {"Date": "noon", "x-ms-request-id": "1"}):
        world.time.learn(headers)
    assert world.time.now() is None
    silent = StorageClock(world.time, ask=lambda: None, own=lambda: NOON)
    assert silent.now() == NOON
    with pytest.raises(ClockUnsureError):
        silent.judge()


def test_what_was_once_told_does_not_stand_in_for_an_answer() -> None:
    world = World()
    world.answer()
    silent = StorageClock(world.time, ask=lambda: None, own=lambda: NOON)
    with pytest.raises(ClockUnsureError):
        silent.judge()


def test_storage_that_is_away_is_no_matter_of_clocks() -> None:
    def fail() -> None:
        raise StorageUnavailableError("away")

    with pytest.raises(StorageUnavailableError):
        StorageClock(ServerTime(), ask=fail).judge()


def test_whole_seconds_do_not_set_the_clock_back() -> None:
    world = World()
    world.answer()
    world.seconds += 0.9
    world.answer()
    assert world.clock.now() == NOON + timedelta(seconds=0.9)
    world.storage += timedelta(seconds=5)
    world.answer()
    assert world.clock.now() == NOON + timedelta(seconds=5)
