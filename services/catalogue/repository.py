"""The catalogue as the other services use it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from services.catalogue.database import Database
from services.catalogue.models import state, videos, words
from services.catalogue.pages import Page, PageQuery, find_page
from services.catalogue.rows import HIDDEN, row_of, video_of, words_of
from services.video import Video

_GONE = "gone"
_SQLITE_NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
_POSTGRESQL_NOW = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"


class Catalogue:
    """What is known of the videos. Every method raises `CatalogueUnavailableError` when the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._now: ColumnElement[int] = literal_column(_SQLITE_NOW if database.is_sqlite else _POSTGRESQL_NOW)
        self._insert: Any = sqlite.insert if database.is_sqlite else postgresql.insert

    def ping(self) -> None:
        """Ask the database for a sign of life."""
        self._database.ping()

    def page(self, query: PageQuery) -> Page:
        """A part of the list."""
        with self._database.reading() as connection:
            return find_page(connection, query)

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

    def forget(self, id_: str) -> None:
        """Show the video no more. A note of it stays for a while, so that no older listing brings it back."""
        with self._database.writing() as connection:
            number = connection.scalar(
                videos.update()
                .where(videos.c.id == id_)
                .values(shelf=HIDDEN, status=_GONE, written_at=self._now)
                .returning(videos.c.number)
            )
            if number is not None:
                connection.execute(delete(words).where(words.c.number == number))

    def clock(self) -> int:
        """The database's time, in milliseconds: the one clock that all instances share."""
        with self._database.reading() as connection:
            return int(connection.scalar(select(self._now)) or 0)

    def is_complete(self) -> bool:
        """Whether the index has been made from the whole container since its tables were."""
        with self._database.reading() as connection:
            return connection.scalar(select(state.c.value).where(state.c.name == "complete")) is not None

    def set_complete(self) -> None:
        """Remember that the index has been made from the whole container."""
        with self._database.writing() as connection:
            connection.execute(delete(state).where(state.c.name == "complete"))
            connection.execute(insert(state), {"name": "complete", "value": "yes"})

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


def _write_words(connection: Connection, found: dict[int, frozenset[str]]) -> None:
    numbers = list(found)
    for start in range(0, len(numbers), 500):
        connection.execute(delete(words).where(words.c.number.in_(numbers[start : start + 500])))
    rows = [{"number": number, "word": word} for number in sorted(found) for word in sorted(found[number])]
    if rows:
        connection.execute(insert(words), rows)
