"""First looks in the database: all processes and instances share one pace. Times are those of the database.

Every method raises `DatabaseUnavailableError` when the database fails.
"""

from collections.abc import Sequence

from sqlalchemy import and_, delete, func, or_, select, update

from services.database.clock import Clock
from services.database.engine import Database
from services.database.insert import insert_of
from services.database.locks import lock
from services.sources.first_looks.tables import first_looks

_MINUTE = 60_000
_LOCK = "sources.first-looks"


class FirstLookStore:
    """The table of first looks."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)

    def add(self, artist: str) -> None:
        """Have an artist wait for its look; asked twice is asked once."""
        row = self._insert(first_looks).values(artist=artist, asked_at=self._clock.now)
        with self._database.writing() as connection:
            connection.execute(row.on_conflict_do_nothing(index_elements=["artist"]))

    def claim(self, *, per_minute: int) -> Sequence[str]:
        """The artists whose turn it is, those that have waited longest first; nobody else gets them for a minute."""
        with self._database.writing() as connection:
            lock(_LOCK, on=connection)
            now = self._clock.read_on(connection)
            lately = first_looks.c.begun_at.between(now - _MINUTE + 1, now)
            begun = connection.scalar(select(func.count()).select_from(first_looks).where(lately)) or 0
            # Whoever has begun with one may have died before there was a job; and clocks are set back.
            free = or_(first_looks.c.begun_at.is_(None), ~first_looks.c.begun_at.between(now - _MINUTE + 1, now))
            waiting = select(first_looks.c.artist).where(first_looks.c.job.is_(None), free)
            oldest = waiting.order_by(first_looks.c.asked_at, first_looks.c.artist).limit(max(0, per_minute - begun))
            found = list(connection.scalars(oldest))
            if found:
                taken = update(first_looks).where(first_looks.c.artist.in_(found))
                connection.execute(taken.values(begun_at=now))
            return found

    def looked(self, artist: str, *, job: str) -> None:
        """Write down which job looks."""
        with self._database.writing() as connection:
            connection.execute(update(first_looks).where(first_looks.c.artist == artist).values(job=job))

    def drop(self, artist: str) -> None:
        """Let go of one that needs no look: it takes no turn from others."""
        with self._database.writing() as connection:
            connection.execute(delete(first_looks).where(first_looks.c.artist == artist))

    def forget_old(self, *, seconds: float) -> int:
        """Delete those that have had their job for so long; returns how many."""
        with self._database.writing() as connection:
            since = self._clock.read_on(connection) - int(seconds * 1000)
            old = and_(first_looks.c.job.is_not(None), first_looks.c.begun_at < since)
            return connection.execute(delete(first_looks).where(old)).rowcount
