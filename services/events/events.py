"""Saying what has happened, and handing it to whoever wants to know: at least once, and never lost.

What is said goes into the outbox, a row for each listener, before anybody is told: in the transaction of the caller
where the database is the truth, else in one of its own. A thread of each server process hands the rows over as they
come, and housekeeping what was left by a process that died or a listener that failed.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from sqlalchemy import Connection

from services.actors.actor import Actor
from services.database.engine import Database, after_commit
from services.database.errors import DatabaseUnavailableError
from services.errors import ReelgateError
from services.events.envelope import Said, from_message, said_by
from services.events.event import Event
from services.events.feed import Feed
from services.events.listener import Listener
from services.events.store import Outbox, Waiting
from services.steps import Interrupted, Step

log = logging.getLogger(__name__)

_HALF_MINUTE, _QUARTER_HOUR = 30.0, 15 * 60.0
_CLAIM_SECONDS = 60.0
_AT_ONCE = 50
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 3600.0
_STOP_SECONDS = 3.0

Progress = Callable[[object], object]
"""Called between two pieces of work; raises to end it."""


class Events:
    """The one place where events are said, in each process."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._outbox = Outbox(database)
        self.feed = Feed(database)
        self._fed: tuple[type[Event], ...] = ()
        self._listeners: tuple[Listener, ...] = ()
        self._later: tuple[Listener, ...] = ()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for events."""
        return (
            Step(
                name="events",
                every=_HALF_MINUTE,
                at_start=True,
                quiet=True,
                run=lambda go: self.deliver(progress=go),
            ),
            Step(name="feed", every=_QUARTER_HOUR, quiet=True, run=lambda _: f"{self.feed.forget_old()} forgotten"),
        )

    def listen(self, listener: Listener) -> None:
        """Tell this listener from now on; done while the process is put together."""
        if any(listener.name == other.name for other in self._listeners):
            raise ValueError(f"There are two listeners named {listener.name}.")
        self._listeners = (*self._listeners, listener)
        self._later = tuple(each for each in self._listeners if not each.at_once)

    def keep_in_feed(self, *types: type[Event]) -> None:
        """Keep events of these types in the feed from now on; done while the process is put together."""
        self._fed = (*self._fed, *types)

    def say(self, event: Event, *, by: Actor, connection: Connection | None = None) -> Said:
        """Say what the actor has done.

        With a `connection` of `Database.writing`, it is said when that transaction is committed, and only then; what
        the database refuses is raised. Without one, it tells of what storage has already: nothing is raised, and what
        the database cannot keep now is logged, and shows by `Said.kept`.
        """
        return self.say_all([event], by=by, connection=connection)[0]

    def say_all(self, events: Sequence[Event], *, by: Actor, connection: Connection | None = None) -> list[Said]:
        """Say several things in one transaction."""
        said = [said_by(by, event) for event in events]
        pairs = [(each, listener) for each in said for listener in self._later if listener.wants_it(each.event)]
        fed = [each for each in said if isinstance(each.event, self._fed)]
        if connection is not None:
            self._outbox.add(pairs, connection=connection)
            self.feed.add(fed, connection=connection)
            after_commit(connection, partial(self._tell, said, waiting=bool(pairs)))
            return said
        if (pairs or fed) and not self._keep(pairs, fed):
            said = [msgspec.structs.replace(each, kept=False) for each in said]
        self._tell(said, waiting=bool(pairs))
        return said

    def deliver(self, *, progress: Progress = lambda _: None) -> int:
        """Hand over what is due; returns how many were taken. Raises `DatabaseUnavailableError`."""
        taken = 0
        while self._listeners and (batch := self._outbox.claim(self._listeners, most=_AT_ONCE, seconds=_CLAIM_SECONDS)):
            until = time.monotonic() + _CLAIM_SECONDS / 2
            for waiting in batch:
                progress(taken)
                if time.monotonic() > until:
                    break  # Another process may soon take what is left.
                taken += self._hand_over(waiting)
        return taken

    def waiting(self) -> int:
        """How many rows wait in the outbox. Raises `DatabaseUnavailableError`."""
        return self._outbox.count()

    def start(self) -> None:
        """Hand over what is said from now on as soon as it is, from a thread of its own."""
        self._thread = threading.Thread(target=self._loop, daemon=True, name="events")
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what it has not handed over waits in the outbox."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def _keep(self, pairs: Sequence[tuple[Said, Listener]], fed: Sequence[Said] = ()) -> bool:
        try:
            with self._database.writing() as connection:
                self._outbox.add(pairs, connection=connection)
                self.feed.add(fed, connection=connection)
        except ReelgateError as error:
            all_said = [*(said for said, _ in pairs), *fed]
            names = ", ".join(sorted({f"{said.type} of {said.subject}" for said in all_said}))
            log.error("not said yet, for the database cannot keep it: %s: %s", names, error)  # noqa: TRY400 - known
            return False
        return True

    def _tell(self, said: Sequence[Said], *, waiting: bool) -> None:
        for each in said:
            for listener in self._listeners:
                if listener.at_once and listener.wants_it(each.event):
                    self._tell_at_once(each, listener)
        if waiting:
            self._wake.set()

    def _tell_at_once(self, said: Said, listener: Listener) -> None:
        try:
            listener.take(said)
        except Exception:
            log.exception("%s could not take %s of %s, and is asked again", listener.name, said.type, said.subject)
            self._keep([(said, listener)])

    def _hand_over(self, waiting: Waiting) -> bool:
        """Have the listener take it; one that fails is asked again, after a pause that grows."""
        try:
            said = from_message(waiting.message)
            next(each for each in self._listeners if each.name == waiting.listener).take(said)
        except Exception:
            log.exception("%s could not take an event, at attempt %d", waiting.listener, waiting.attempts)
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(waiting.attempts - 1, 20))
            self._outbox.put_off(waiting, seconds=pause)
            return False
        self._outbox.taken(waiting)
        return True

    def _loop(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            try:
                self.deliver(progress=self._unless_stopping)
            except Interrupted:
                return
            except DatabaseUnavailableError as error:
                log.warning("events wait: %s", error)
            except Exception:
                log.exception("events wait")
            if self._stopping.is_set():
                return

    def _unless_stopping(self, _: object) -> None:
        if self._stopping.is_set():
            raise Interrupted("The process ends.")
