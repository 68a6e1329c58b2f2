"""Films that a track is to name, as rows. Every method raises `DatabaseUnavailableError` when the database fails."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select

from services.database.engine import Database
from services.database.insert import insert_of
from services.sign_engine.tables import sign_films


@dataclass(frozen=True, kw_only=True)
class SignFilm:
    """A film that was made, or is to go because another was."""

    video_id: str
    film_id: str
    """What it signs."""
    language: str
    job_id: str
    request: str | None = None
    """A digest of what the engine was asked; None for a film that was there before."""


class SignFilmStore:
    """Which films are on their way to a track, or away from one."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._insert = insert_of(database)

    def note(self, film: SignFilm) -> None:
        """Write it down, before anything is done to it."""
        values = {
            "video": film.video_id,
            "film": film.film_id,
            "language": film.language,
            "job": film.job_id,
            "request": film.request,
        }
        row = self._insert(sign_films).values(**values)
        with self._database.writing() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["video"], set_=values))

    def of_job(self, job_id: str) -> tuple[SignFilm, ...]:
        """Those that a job has noted and not settled."""
        with self._database.reading() as connection:
            rows = connection.execute(select(sign_films).where(sign_films.c.job == job_id)).all()
        return tuple(map(_film, rows))

    def all(self) -> tuple[SignFilm, ...]:
        """Those of all jobs: few, for most are settled when their job ends."""
        with self._database.reading() as connection:
            return tuple(map(_film, connection.execute(select(sign_films)).all()))

    def forget(self, film: SignFilm) -> None:
        """Let go of it: it is settled."""
        with self._database.writing() as connection:
            connection.execute(delete(sign_films).where(sign_films.c.video == film.video_id))


def _film(row: Row[Any]) -> SignFilm:
    return SignFilm(video_id=row.video, film_id=row.film, language=row.language, job_id=row.job, request=row.request)
