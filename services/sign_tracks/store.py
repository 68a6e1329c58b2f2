"""The index of sign tracks, as rows. Every method raises `DatabaseUnavailableError` when the database fails."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select

from services.database.clock import Clock
from services.database.engine import Database
from services.database.insert import insert_of
from services.sign_tracks.tables import sign_tracks
from services.sign_tracks.track import SignKind, SignOrigin, SignTrack

_VALUES = ("video", "offset_seconds", "kind", "origin", "version", "written_at")


@dataclass(frozen=True, kw_only=True)
class IndexedTrack:
    """As much of a row as tells whether it is still true."""

    version: str
    written_at: int


class SignTrackStore:
    """Which video has which sign tracks."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)

    def now(self) -> int:
        """The time of the database, by which rows are dated."""
        return self._clock.read()

    def of(self, films: Collection[str]) -> tuple[SignTrack, ...]:
        """The tracks of these films, by film and language: one question for a page of a list."""
        return self._found(sign_tracks.c.film.in_(films))

    def signed_by(self, video_id: str) -> tuple[SignTrack, ...]:
        """The tracks whose sign video this is."""
        return self._found(sign_tracks.c.video == video_id)

    def put(self, track: SignTrack) -> None:
        """Write down that there is such a track."""
        row = self._insert(sign_tracks).values(
            film=track.film_id,
            language=track.language,
            video=track.video_id,
            offset_seconds=track.offset,
            kind=track.kind.value,
            origin=track.origin.value,
            version=track.version,
            written_at=self._clock.now,
        )
        written = {name: row.excluded[name] for name in _VALUES}
        with self._database.writing() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["film", "language"], set_=written))

    def remove(self, film_id: str, language: str, *, version: str | None = None) -> None:
        """Write down that a track is gone, or that version of it."""
        which = (sign_tracks.c.film == film_id) & (sign_tracks.c.language == language)
        if version is not None:
            which &= sign_tracks.c.version == version
        with self._database.writing() as connection:
            connection.execute(delete(sign_tracks).where(which))

    def forget(self, film_id: str) -> None:
        """Let go of all tracks of a film that is gone."""
        with self._database.writing() as connection:
            connection.execute(delete(sign_tracks).where(sign_tracks.c.film == film_id))

    def indexed(self) -> dict[tuple[str, str], IndexedTrack]:
        """All rows, by film and language."""
        with self._database.reading() as connection:
            return {
                (row.film, row.language): IndexedTrack(version=row.version, written_at=row.written_at)
                for row in connection.execute(select(sign_tracks))
            }

    def _found(self, which: ColumnElement[bool]) -> tuple[SignTrack, ...]:
        wanted = select(sign_tracks).where(which).order_by(sign_tracks.c.film, sign_tracks.c.language)
        with self._database.reading() as connection:
            return tuple(_track(row) for row in connection.execute(wanted))


def _track(row: Row[Any]) -> SignTrack:
    return SignTrack(
        film_id=row.film,
        language=row.language,
        video_id=row.video,
        offset=row.offset_seconds,
        kind=SignKind(row.kind),
        origin=SignOrigin(row.origin),
        version=row.version,
    )
