"""The last moments of watching, as rows. Every method raises `DatabaseUnavailableError` when the database fails."""

from collections.abc import Collection

from sqlalchemy import delete, select

from services.database.clock import Clock
from services.database.engine import Database
from services.database.insert import insert_of
from services.watching.tables import watched


class WatchedStore:
    """A row for each video that was watched."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._now = Clock(database).now
        self._insert = insert_of(database)

    def put(self, video_id: str) -> None:
        """It is watched now."""
        row = self._insert(watched).values(video=video_id, watched_at=self._now)
        with self._database.writing() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["video"], set_={"watched_at": self._now}))

    def of(self, ids: Collection[str]) -> dict[str, int]:
        """When these were watched last, in milliseconds, where they were."""
        wanted = select(watched.c.video, watched.c.watched_at).where(watched.c.video.in_(ids))
        with self._database.reading() as connection:
            return {row.video: row.watched_at for row in connection.execute(wanted)}

    def forget(self, video_id: str) -> None:
        """Let go of a video that is gone."""
        with self._database.writing() as connection:
            connection.execute(delete(watched).where(watched.c.video == video_id))
