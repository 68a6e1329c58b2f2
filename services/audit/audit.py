"""The audit: written with the change that it tells of, read by those who may, and copied into storage."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.audit import store
from services.audit.entry import AuditOutcome, AuditQuery, AuditRecord, AuditTarget
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.notes import Notes
from services.errors import ReelgateError
from services.events.event import Event
from services.events.events import Events
from services.steps import KeepGoing
from services.storage.records import RecordStore

log = logging.getLogger(__name__)

FOLDER = "audit/"

_COPIED = "audit.copied"
_DAY = 24 * 3600 * 1000
# What is written by a transaction that began before another one may appear after it.
_SETTLING = 5 * 60 * 1000
_PER_BLOB = 10_000
_NOTHING: Mapping[str, object] = MappingProxyType({})


class Audit:
    """Writes and reads it. Every method raises `DatabaseUnavailableError` when the database fails."""

    def __init__(
        self,
        database: Database,
        notes: Notes,
        records: RecordStore,
        *,
        events: Events,
        keep_days: Callable[[], int],
    ) -> None:
        self._database = database
        self._events = events
        self._clock = Clock(database)
        self._notes = notes
        self._records = records
        self._keep_days = keep_days

    def write(
        self,
        connection: Transaction,
        action: str,
        *,
        by: Actor,
        target: AuditTarget | None = None,
        outcome: AuditOutcome = AuditOutcome.DONE,
        details: Mapping[str, object] = _NOTHING,
        event: Event | None = None,
    ) -> None:
        """Write it in the transaction of the change itself, which also says the event, where it is one."""
        now = self._clock.read_on(connection)
        store.add(connection, by, action, target=target, outcome=outcome, details=details, now=now)
        if event is not None:
            self._events.say(event, by=by, connection=connection)

    def add(
        self,
        action: str,
        *,
        target: AuditTarget | None = None,
        outcome: AuditOutcome = AuditOutcome.DONE,
        details: Mapping[str, object] = _NOTHING,
        by: Actor,
    ) -> None:
        """Write it in a transaction of its own."""
        with self._database.writing() as connection:
            self.write(connection, action, by=by, target=target, outcome=outcome, details=details)

    def note(
        self,
        action: str,
        *,
        target: AuditTarget | None = None,
        outcome: AuditOutcome = AuditOutcome.DONE,
        details: Mapping[str, object] = _NOTHING,
        by: Actor,
    ) -> None:
        """Write what happened elsewhere than in the database; where that fails, the log says it."""
        try:
            self.add(action, target=target, outcome=outcome, details=details, by=by)
        except ReelgateError as error:
            log.error("audit: %s by %s could not be written: %s", action, by.id, error)  # noqa: TRY400

    def read(self, query: AuditQuery, *, limit: int, by: Actor) -> Sequence[AuditRecord]:
        """So many entries, the latest first; raises `ForbiddenError` and `NotSignedInError`."""
        require(by, Act.READ_AUDIT)
        with self._database.reading() as connection:
            return store.newest(connection, query, limit=limit)

    def export(self, query: AuditQuery, *, by: Actor) -> Iterator[AuditRecord]:
        """All entries, the oldest first."""
        require(by, Act.READ_AUDIT)
        return self._all_of(query)

    def purge(self, _keep_going: KeepGoing) -> str:
        """Delete what has been kept for long enough, once storage has it."""
        before = self._clock.read() - self._keep_days() * _DAY
        copied = self._notes.recall(_COPIED) or 0
        with self._database.writing() as connection:
            count = store.forget(connection, before=before, copied=copied)
        return f"{count} entries of the audit deleted"

    def copy(self, keep_going: KeepGoing) -> str:
        """Write what is new into storage, where it outlives the database."""
        count = 0
        while True:
            keep_going(count)
            last = self._notes.recall(_COPIED) or 0
            with self._database.reading() as connection:
                until = self._clock.read_on(connection) - _SETTLING
                found = store.after(connection, last, until=until, limit=_PER_BLOB)
            if not found:
                return f"{count} entries of the audit copied"
            name = f"{FOLDER}{found[0].at:013d}-{found[0].id}-{found[-1].id}.jsonl"
            lines = b"".join(msgspec.json.encode(entry) + b"\n" for entry in found)
            self._records.create(name, lines, tags={"entries": str(len(found))})
            self._notes.remember(_COPIED, found[-1].id)
            count += len(found)

    def _all_of(self, query: AuditQuery) -> Iterator[AuditRecord]:
        with self._database.reading() as connection:
            yield from store.all_of(connection, query)
