"""The feed: what was said lately, in one order for all, for those who look on and may have been away for a while."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select

from services.database.clock import Clock
from services.database.engine import Database
from services.database.insert import insert_of
from services.events.envelope import Said, to_message
from services.events.tables import feed

KEPT_SECONDS = 3600.0
"""Whoever was away for longer has to look at everything anew."""

LATE_MILLISECONDS = 10_000
"""PostgreSQL gives a number before its transaction is committed, so that a lower one may be seen after a higher one.
Seconds for which those that are lower are looked at again; SQLite has one writer at a time."""
_LATE_NUMBERS = 500


@dataclass(frozen=True, kw_only=True)
class Fed:
    """A row of the feed."""

    number: int
    type: str
    message: str


class Feed:
    """The table. Every method raises `DatabaseUnavailableError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._now = Clock(database).now
        self._insert = insert_of(database)

    def add(self, said: Sequence[Said], *, connection: Connection) -> None:
        """Keep what was said, in the caller's transaction; the same event is kept once."""
        rows = [{"event_id": each.id, "type": each.type, "message": to_message(each)} for each in said]
        if rows:
            connection.execute(self._insert(feed).values(kept_at=self._now).on_conflict_do_nothing(), rows)

    def newest(self) -> tuple[int, int]:
        """The highest number that is kept, 0 where none is, and the database's time in milliseconds."""
        with self._database.reading() as connection:
            row = connection.execute(select(func.max(feed.c.number), self._now)).one()
        return row[0] or 0, int(row[1])

    def after(self, number: int, *, most: int) -> list[Fed]:
        """What has come after that number, up to so much; in PostgreSQL also what may have been too late to be seen."""
        wanted = feed.c.number > number
        if not self._database.is_sqlite:
            late = and_(feed.c.number > number - _LATE_NUMBERS, feed.c.kept_at > self._now - LATE_MILLISECONDS)
            wanted = or_(wanted, late)
        return self._rows(wanted, most=most)

    def since(self, milliseconds: int, *, most: int) -> list[Fed]:
        """What has come since then, as the database counts time."""
        return self._rows(feed.c.kept_at > milliseconds, most=most)

    def forget_old(self) -> int:
        """Let go of what is older than `KEPT_SECONDS`; returns how much that was."""
        with self._database.writing() as connection:
            return connection.execute(
                delete(feed).where(feed.c.kept_at < self._now - int(KEPT_SECONDS * 1000))
            ).rowcount

    def _rows(self, wanted: ColumnElement[bool], *, most: int) -> list[Fed]:
        question = select(feed.c.number, feed.c.type, feed.c.message).where(wanted).order_by(feed.c.number).limit(most)
        with self._database.reading() as connection:
            rows = connection.execute(question).all()
        return [Fed(number=row.number, type=row.type, message=row.message) for row in rows]
