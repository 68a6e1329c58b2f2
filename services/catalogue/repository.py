"""The catalogue as the other services use it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, literal_column, select

from services.catalogue.database import Database
from services.catalogue.models import state, videos, words
from services.catalogue.pages import Page, PageQuery, Totals, find_page, find_totals
from services.catalogue.rows import HIDDEN, TRASH, row_of, video_of, words_of
from services.video import CHANGED, MISSING, READY, Video

_GONE = "gone"
_COMPLETE = "complete"
_DAY = 24 * 60 * 60 * 1000
_SQLITE_NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
_POSTGRESQL_NOW = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"


@dataclass(frozen=True)
class Known:
    """As much of a row as tells whether it is still true."""

    etag: str
    status: str
    in_trash: bool


class Catalogue:
    """What is known of the videos. Every method raises `CatalogueUnavailableError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._now: ColumnElement[int] = literal_column(_SQLITE_NOW if database.is_sqlite else _POSTGRESQL_NOW)
        self._insert: Any = _insert_of(database)

    def ping(self) -> None:
        """Ask the database for a sign of life."""
        self._database.ping()

    def page(self, query: PageQuery) -> Page:
        """A part of the list."""
        with self._database.reading() as connection:
            return find_page(connection, query)

    def totals(self) -> Totals:
        """How much there is in the library."""
        with self._database.reading() as connection:
            return find_totals(connection)

    def find(self, id_: str) -> Video | None:
        """The video of that name, in the library or in the trash."""
        with self._database.reading() as connection:
            row = connection.execute(select(videos).where(videos.c.id == id_)).mappings().first()
        return None if row is None or row["shelf"] == HIDDEN else video_of(dict(row))

    def put(self, video: Video, *, replacing: str | None = None) -> bool:
        """Write down what is now known of the video; with `replacing`, only over a record of that ETag.

        Returns whether that was so: when two people edit at once, the later one may get here first.
        """
        condition = None if replacing is None else videos.c.etag.in_([replacing, video.etag])
        return bool(self._write([video], condition))

    def put_all(self, batch: Sequence[Video], *, listed_at: int | None = None) -> None:
        """Write down many. With `listed_at`, what has been written since that `clock()` is newer, and stays."""
        self._write(batch, None if listed_at is None else videos.c.written_at < listed_at)

    def forget(self, id_: str, *, listed_at: int | None = None) -> None:
        """Show the video no more. A note of it stays for a while, so that no older listing brings it back."""
        condition = videos.c.id == id_
        if listed_at is not None:
            condition &= videos.c.written_at < listed_at
        change = videos.update().where(condition).values(shelf=HIDDEN, status=_GONE, written_at=self._now)
        with self._database.writing() as connection:
            number = connection.scalar(change.returning(videos.c.number))
            if number is not None:
                connection.execute(delete(words).where(words.c.number == number))

    def mark_missing(self, id_: str, *, listed_at: int) -> None:
        """Remember that the video's blob was not in a listing that began then."""
        with self._database.writing() as connection:
            connection.execute(
                videos.update()
                .where(videos.c.id == id_, videos.c.written_at < listed_at)
                .values(status=MISSING, written_at=self._now)
            )

    def mark_changed(self, id_: str, *, listed_at: int | None = None) -> bool:
        """Remember that the video's blob has been written over, unless something newer is known; returns if it was."""
        condition = [] if listed_at is None else [videos.c.written_at < listed_at]
        with self._database.writing() as connection:
            marked = connection.execute(
                videos.update()
                .where(videos.c.id == id_, videos.c.status.in_([READY, MISSING]), *condition)
                .values(status=CHANGED, written_at=self._now)
            )
        return marked.rowcount > 0

    def known(self, *, after: str, until: str | None) -> dict[str, Known]:
        """What is known of the videos whose ids sort behind `after`, up to and with `until` (None: to the end)."""
        statement = select(videos.c.id, videos.c.etag, videos.c.status, videos.c.shelf).where(videos.c.id > after)
        if until is not None:
            statement = statement.where(videos.c.id <= until)
        with self._database.reading() as connection:
            rows = connection.execute(statement.where(videos.c.status != _GONE)).all()
        return {row.id: Known(row.etag, row.status, row.shelf == TRASH) for row in rows}

    def prune(self) -> None:
        """Drop the notes of videos that were forgotten more than a day ago: no listing is that old."""
        with self._database.writing() as connection:
            connection.execute(delete(videos).where(videos.c.status == _GONE, videos.c.written_at < self._now - _DAY))

    def clock(self) -> int:
        """The database's time, in milliseconds: the one clock that all instances share."""
        with self._database.reading() as connection:
            return int(connection.scalar(select(self._now)) or 0)

    def is_complete(self) -> bool:
        """Whether the index has been made from the whole container since its tables were."""
        return self.recall(_COMPLETE) is not None

    def set_complete(self) -> None:
        """Remember that the index has been made from the whole container."""
        self.remember(_COMPLETE, 1)

    def recall(self, name: str) -> int | None:
        """The number that was remembered under this name."""
        with self._database.reading() as connection:
            return _recall(connection, name)

    def remember(self, name: str, value: int) -> None:
        """Keep a number under this name, for as long as the tables last."""
        with self._database.writing() as connection:
            _remember(connection, name, value)

    def claim(self, name: str, *, seconds: float, token: int) -> bool:
        """Take, or keep, the right to do what `name` says for so long; False when another token has it now."""
        with self._database.writing() as connection:
            now = int(connection.scalar(select(self._now)) or 0)
            holder, until = _recall(connection, f"{name}.holder"), _recall(connection, f"{name}.until")
            if holder != token and until is not None and until > now:
                return False
            _remember(connection, f"{name}.holder", token)
            _remember(connection, f"{name}.until", now + int(seconds * 1000))
            return True

    def close(self) -> None:
        """Close the connections of this process."""
        self._database.close()

    def _write(self, batch: Sequence[Video], condition: ColumnElement[bool] | None) -> int:
        if not batch:
            return 0
        by_id = {video.id: video for video in batch}
        rows = [row_of(video) for video in by_id.values()]
        statement = self._insert(videos).values(written_at=self._now)
        changes = {name: statement.excluded[name] for name in rows[0] if name != "id"}
        statement = statement.on_conflict_do_update(
            index_elements=[videos.c.id], set_=changes | {"written_at": self._now}, where=condition
        ).returning(videos.c.number, videos.c.id)
        with self._database.writing() as connection:
            written = connection.execute(statement, rows).all()
            _write_words(connection, {number: words_of(by_id[id_]) for number, id_ in written})
        return len(written)


def _recall(connection: Connection, name: str) -> int | None:
    value = connection.scalar(select(state.c.value).where(state.c.name == name))
    return None if value is None else int(value)


def _remember(connection: Connection, name: str, value: int) -> None:
    connection.execute(delete(state).where(state.c.name == name))
    connection.execute(insert(state), {"name": name, "value": str(value)})


def _write_words(connection: Connection, found: dict[int, frozenset[str]]) -> None:
    numbers = list(found)
    for start in range(0, len(numbers), 500):
        connection.execute(delete(words).where(words.c.number.in_(numbers[start : start + 500])))
    rows = [{"number": number, "word": word} for number in sorted(found) for word in sorted(found[number])]
    if rows:
        connection.execute(insert(words), rows)


def _insert_of(database: Database) -> Any:
    """The database's own INSERT, which can also replace. The other one's is two megabytes of each process."""
    if database.is_sqlite:
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415

        return sqlite.insert
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert
