"""The rows of the outbox: added with what they tell of, claimed, and deleted once they have been taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update

from services.database.clock import Clock
from services.database.engine import Database
from services.database.insert import insert_of
from services.events.envelope import Said, to_message
from services.events.listener import Listener
from services.events.tables import outbox


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What one listener has not taken yet."""

    number: int
    listener: str
    message: str
    attempts: int
    """How often it was tried, with this time."""


class Outbox:
    """The table. Every method raises `DatabaseUnavailableError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._now = Clock(database).now
        self._insert = insert_of(database)

    def add(self, pairs: Iterable[tuple[Said, Listener]], *, connection: Connection) -> None:
        """Keep each event for its listener, unless it is kept already; in the caller's transaction."""
        rows = [
            {
                "event_id": said.id,
                "listener": listener.name,
                "type": said.type,
                "message": to_message(said),
                "said_at": int(said.at.timestamp() * 1000),
            }
            for said, listener in pairs
        ]
        if rows:
            statement = self._insert(outbox).values(due_at=self._now, attempts=0).on_conflict_do_nothing()
            connection.execute(statement, rows)

    def claim(self, listeners: Sequence[Listener], *, most: int, seconds: float) -> list[Waiting]:
        """Take up to so many that are due, so that nobody else does for so long."""
        wanted = and_(outbox.c.due_at <= self._now, _for(listeners))
        # A question first: where nothing is due, nothing is written.
        with self._database.reading() as connection:
            if connection.scalar(select(outbox.c.number).where(wanted).limit(1)) is None:
                return []
        some = select(outbox.c.number).where(wanted).order_by(outbox.c.number).limit(most)
        claim = (
            update(outbox)
            .where(outbox.c.number.in_(some.with_for_update(skip_locked=True)))
            .values(due_at=self._now + int(seconds * 1000), attempts=outbox.c.attempts + 1)
            .returning(outbox.c.number, outbox.c.listener, outbox.c.message, outbox.c.attempts)
        )
        with self._database.writing() as connection:
            rows = connection.execute(claim).all()
        found = [
            Waiting(number=row.number, listener=row.listener, message=row.message, attempts=row.attempts)
            for row in rows
        ]
        return sorted(found, key=lambda waiting: waiting.number)

    def taken(self, waiting: Waiting) -> None:
        """Forget what has been taken."""
        with self._database.writing() as connection:
            connection.execute(delete(outbox).where(outbox.c.number == waiting.number))

    def put_off(self, waiting: Waiting, *, seconds: float) -> None:
        """Have it tried again after so long."""
        later = update(outbox).where(outbox.c.number == waiting.number).values(due_at=self._now + int(seconds * 1000))
        with self._database.writing() as connection:
            connection.execute(later)

    def count(self) -> int:
        """How many wait."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(outbox)) or 0


def _for(listeners: Sequence[Listener]) -> ColumnElement[bool]:
    """What this process can hand over: events and listeners that only a newer version knows are left to it."""
    return or_(*(and_(outbox.c.listener == listener.name, outbox.c.type.in_(listener.names)) for listener in listeners))
