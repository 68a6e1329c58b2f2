"""The pass and the damage as rows. Every method raises `DatabaseUnavailableError` when the database fails."""

from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import delete, select

from services.database.engine import Database, Transaction
from services.database.insert import insert_of
from services.scrub.found import Damage, ScrubPass
from services.scrub.tables import damaged, scrub

_PASS = "pass"  # noqa: S105 - no secret


class ScrubStore:
    """How far it is, for the next process to go on from."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._insert = insert_of(database)

    def load(self) -> ScrubPass | None:
        """The pass that goes on, or the last one; None before the first."""
        columns = [column for column in scrub.c if column.name != "name"]
        with self._database.reading() as connection:
            row = connection.execute(select(*columns).where(scrub.c.name == _PASS)).mappings().first()
        return None if row is None else ScrubPass(**row)

    def save(self, reached: ScrubPass) -> None:
        """Keep how far it is."""
        said = asdict(reached)
        row = self._insert(scrub).values(name=_PASS, **said)
        with self._database.writing() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=said))

    def damaged(self) -> tuple[Damage, ...]:
        """What was found damaged, and not found right since; by id."""
        with self._database.reading() as connection:
            return tuple(
                Damage(video_id=row.video, found_at=row.found_at, expected=row.expected, found=row.found)
                for row in connection.execute(select(damaged).order_by(damaged.c.video))
            )

    def add(self, damage: Damage, *, also: Callable[[Transaction], object]) -> bool:
        """Keep that a video is damaged; returns whether that is news, and then does `also` in the same transaction."""
        row = self._insert(damaged).values(
            video=damage.video_id, found_at=damage.found_at, expected=damage.expected, found=damage.found
        )
        with self._database.writing() as connection:
            added = row.on_conflict_do_nothing(index_elements=["video"]).returning(damaged.c.video)
            if connection.scalar(added) is None:
                return False
            also(connection)
            return True

    def clear(self, video_id: str) -> None:
        """Let go of a video that is right again, or gone for good."""
        with self._database.writing() as connection:
            connection.execute(delete(damaged).where(damaged.c.video == video_id))
