"""What is said reaches everyone who wants to know, at least once, whatever fails in between."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from services.actors.actor import SYSTEM
from services.database.clock import Clock
from services.database.engine import Connections, Database
from services.database.errors import DatabaseUnavailableError
from services.events.catalogue import EVENTS
from services.events.envelope import Said, said_by, to_message
from services.events.events import Events
from services.events.listener import Listener
from services.events.people import UserCreated, UserLogin, UserLogout
from services.events.tables import outbox
from services.events.videos import VideoEvent
from services.steps import Interrupted

ROOT = Path(__file__).resolve().parents[3]
LOGIN = UserLogin(user_id="u1")


@pytest.fixture
def events(durable: Database) -> Events:
    return Events(durable)


@pytest.fixture
def started(events: Events) -> Iterator[Events]:
    events.start()
    yield events
    events.stop()


class Diary:
    """A listener that fails as often as it is told to."""

    def __init__(self, *, failures: int = 0) -> None:
        self.heard: list[Said] = []
        self.asked = 0
        self._failures = failures
        self._news = threading.Condition()

    def take(self, said: Said) -> None:
        with self._news:
            self.asked += 1
            self._news.notify_all()
            if self.asked <= self._failures:
                raise RuntimeError("not now")
            self.heard.append(said)

    def wait_for(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.heard) >= count, timeout=30)

    def listener(self, name: str = "diary", *, at_once: bool = False) -> Listener:
        return Listener(name=name, wants=(UserLogin, UserLogout), take=self.take, at_once=at_once)


def make_due(durable: Database) -> None:
    with durable.writing() as connection:
        connection.execute(update(outbox).values(due_at=0))


def test_each_listener_gets_what_it_wants_once_and_the_outbox_is_empty_then(events: Events) -> None:
    one, two = Diary(), Diary()
    events.listen(one.listener("one"))
    events.listen(two.listener("two"))

    said = events.say(LOGIN, by=SYSTEM)
    events.say(UserCreated(user_id="u2", username="b", role="USER"), by=SYSTEM)
    assert events.waiting() == 2
    assert events.deliver() == 2

    assert one.heard == two.heard == [said]
    assert events.waiting() == 0
    assert events.deliver() == 0


def test_a_listener_names_the_events_that_it_wants() -> None:
    with pytest.raises(ValueError, match="VideoEvent is no event that has a name"):
        Listener(name="everything", wants=(VideoEvent,), take=print)


def test_what_nobody_wants_is_kept_nowhere(events: Events) -> None:
    events.say(LOGIN, by=SYSTEM)
    events.listen(Diary().listener())
    events.say(UserCreated(user_id="u2", username="b", role="USER"), by=SYSTEM)

    assert events.waiting() == 0
    assert events.deliver() == 0


def test_a_started_process_hands_over_what_it_hears_without_being_asked(started: Events) -> None:
    diary = Diary()
    started.listen(diary.listener())

    started.say(LOGIN, by=SYSTEM)
    diary.wait_for(1)
    started.say(LOGIN, by=SYSTEM)
    diary.wait_for(2)


def test_a_listener_that_fails_is_asked_again_after_pauses_that_grow(events: Events, durable: Database) -> None:
    diary, other = Diary(failures=2), Diary()
    events.listen(diary.listener())
    events.listen(other.listener("other"))
    events.say(LOGIN, by=SYSTEM)

    pauses = []
    for _ in range(2):
        before = clock(durable)
        events.deliver()
        pauses.append(due(durable) - before)
        assert diary.heard == []
        assert events.deliver() == 0, "nobody is asked again before the pause is over"
        make_due(durable)

    assert pauses[1] > 1.5 * pauses[0] >= 1.5 * 5000
    assert events.deliver() == 1
    assert diary.asked == 3
    assert diary.heard == other.heard


def test_in_a_transaction_it_is_said_when_that_is_committed(started: Events, durable: Database) -> None:
    diary, quick = Diary(), Diary()
    started.listen(diary.listener())
    started.listen(quick.listener("quick", at_once=True))

    with durable.writing() as connection:
        started.say(LOGIN, by=SYSTEM, connection=connection)
        assert quick.heard == []
    assert len(quick.heard) == 1
    diary.wait_for(1)


def test_what_is_rolled_back_was_never_said(events: Events, durable: Database) -> None:
    diary = Diary()
    events.listen(diary.listener())
    events.listen(diary.listener("quick", at_once=True))

    def fail_half_way() -> None:
        with durable.writing() as connection:
            events.say(LOGIN, by=SYSTEM, connection=connection)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail_half_way()
    with durable.writing():
        pass
    assert events.deliver() == 0
    assert diary.heard == []


def test_who_is_told_at_once_has_taken_it_when_it_is_said(events: Events) -> None:
    diary = Diary()
    events.listen(diary.listener(at_once=True))

    said = events.say(LOGIN, by=SYSTEM)

    assert diary.heard == [said]
    assert events.waiting() == 0


def test_who_could_not_take_it_at_once_gets_it_from_the_outbox(events: Events) -> None:
    diary = Diary(failures=1)
    events.listen(diary.listener(at_once=True))

    said = events.say(LOGIN, by=SYSTEM)
    assert diary.heard == []
    assert events.deliver() == 1
    assert diary.heard == [said]


def test_nothing_is_raised_when_the_database_is_away_and_it_shows(tmp_path: Path) -> None:
    missing = Database(
        Connections(f"sqlite:///{tmp_path / 'gone.sqlite3'}", precious=True, name="durable"), prepare=lambda _: None
    )
    events = Events(missing)
    diary = Diary()
    events.listen(diary.listener("quick", at_once=True))
    events.listen(diary.listener())

    said = events.say(LOGIN, by=SYSTEM)

    assert not said.kept
    assert diary.heard == [said], "who is told at once is told all the same"
    with pytest.raises(DatabaseUnavailableError):
        events.deliver()


def test_what_is_said_twice_under_one_id_waits_once(events: Events, durable: Database) -> None:
    events.listen(Diary().listener())
    said = said_by(SYSTEM, LOGIN)
    for _ in range(2):
        with durable.writing() as connection:
            events._outbox.add([(said, Diary().listener())], connection=connection)
    assert events.waiting() == 1


def test_two_processes_never_hand_over_the_same_row_at_once(events: Events, durable: Database) -> None:
    diary = Diary()
    events.listen(diary.listener())
    for _ in range(120):
        events.say(LOGIN, by=SYSTEM)
    other = Events(durable)
    other.listen(diary.listener())

    threads = [threading.Thread(target=each.deliver) for each in (events, other, events)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(diary.heard) == 120
    assert len({said.id for said in diary.heard}) == 120
    assert events.waiting() == 0


def test_what_only_a_newer_version_knows_is_left_to_it(events: Events, durable: Database) -> None:
    diary = Diary()
    events.listen(diary.listener())
    row = {"said_at": 0, "due_at": 0, "attempts": 0, "message": to_message(said_by(SYSTEM, LOGIN))}
    with durable.writing() as connection:
        connection.execute(
            outbox.insert(),
            [
                row | {"event_id": "1", "listener": "diary", "type": "user.teleported"},
                row | {"event_id": "2", "listener": "newer", "type": "user.login"},
            ],
        )

    assert events.deliver() == 0
    assert events.waiting() == 2
    with durable.reading() as connection:
        assert [row.attempts for row in connection.execute(outbox.select())] == [0, 0]


def test_a_message_that_cannot_be_read_stops_nobody(events: Events, durable: Database) -> None:
    diary = Diary()
    events.listen(diary.listener())
    with durable.writing() as connection:
        broken = {"event_id": "1", "listener": "diary", "type": "user.login", "message": "{", "said_at": 0}
        connection.execute(outbox.insert(), broken | {"due_at": 0, "attempts": 0})
    events.say(LOGIN, by=SYSTEM)

    assert events.deliver() == 1
    assert events.waiting() == 1


def test_housekeeping_can_stop_it_between_two_events(events: Events, durable: Database) -> None:
    diary = Diary()
    events.listen(diary.listener())
    events.say(LOGIN, by=SYSTEM)
    events.say(LOGIN, by=SYSTEM)

    def stop(taken: object) -> None:
        if taken == 1:
            raise Interrupted("The process ends.")

    with pytest.raises(Interrupted):
        events.steps[0].run(stop)
    assert len(diary.heard) == 1
    make_due(durable)
    assert events.deliver() == 1


def test_two_listeners_of_one_name_are_refused(events: Events) -> None:
    events.listen(Diary().listener())
    with pytest.raises(ValueError, match="diary"):
        events.listen(Diary().listener())


_KILLED = """
import os, signal, sys
from services.actors.actor import SYSTEM
from services.database import schema
from services.database.clock import Clock
from services.database.engine import Connections, Database
from services.events.events import Events
from services.events.listener import Listener
from services.events.people import UserLogin, UserLogout

def die(_=None):
    os.kill(os.getpid(), signal.SIGKILL)

events = Events(durable := Database(Connections(sys.argv[1], precious=True, name="durable"), prepare=schema.check))
events.listen(Listener(name="diary", wants=(UserLogin, UserLogout), take=die))
if sys.argv[2] == "committed":
    with durable.writing() as connection:
        events.say(UserLogin(user_id="u1"), by=SYSTEM, connection=connection)
    die()
if sys.argv[2] == "said":
    events.say(UserLogin(user_id="u1"), by=SYSTEM)
    die()
events.say(UserLogin(user_id="u1"), by=SYSTEM)
events.deliver()
"""


@pytest.mark.parametrize("moment", ["committed", "said", "taking"])
def test_a_process_that_is_killed_after_the_commit_loses_no_event(
    durable: Database, database_url: str, moment: str
) -> None:
    died = subprocess.run(
        [sys.executable, "-c", _KILLED, database_url, moment], cwd=ROOT, env={**os.environ}, check=False
    )
    assert died.returncode == -signal.SIGKILL

    diary = Diary()
    events = Events(durable)
    events.listen(diary.listener())
    make_due(durable)
    assert events.deliver() == 1
    assert [said.event for said in diary.heard] == [LOGIN]


def test_a_listener_can_want_everything(events: Events) -> None:
    heard: list[Said] = []
    events.listen(Listener(name="audit", wants=EVENTS, take=heard.append))
    events.say(UserCreated(user_id="u2", username="b", role="USER"), by=SYSTEM)
    events.say(LOGIN, by=SYSTEM)
    events.deliver()
    assert [said.type for said in heard] == ["user.created", "user.login"]


def clock(durable: Database) -> int:
    return Clock(durable).read()


def due(durable: Database) -> int:
    with durable.reading() as connection:
        return int(connection.execute(outbox.select()).one().due_at)
