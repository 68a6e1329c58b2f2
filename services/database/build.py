"""The databases of one process: the index of the videos, and what cannot be read from storage again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from config import Settings
from services.database import schema
from services.database.engine import Connections, Database, PoolLimits
from services.database.notes import Notes
from services.database.tables import notes


@dataclass(frozen=True, kw_only=True)
class Databases:
    """Where the data lie. Nothing is opened before its first use."""

    index: Connections
    """Those of the catalogue, which makes its tables itself."""
    durable: Database
    """The tables of people and agreements, which migrations have made."""
    notes: Notes
    """Notes that must outlive the index."""
    durable_url: str = field(repr=False)

    def ping(self, ping_index: Callable[[], None]) -> None:
        """Raise `DatabaseUnavailableError` unless both answer."""
        ping_index()
        self.durable.ping()

    def upgrade(self) -> str:
        """Bring the durable tables to the newest revision; returns the one before. Raises `SchemaError`."""
        return schema.upgrade(self.durable_url)

    def revision(self) -> str:
        """The revision that the durable tables have; raises `SchemaError` unless it is the newest."""
        with self.durable.reading() as connection:
            return schema.revision_of(connection) or ""

    def close(self) -> None:
        """Close the connections of this process."""
        self.index.close()
        self.durable.close()


def build(settings: Settings) -> Databases:
    """The databases that the settings name: one PostgreSQL, or two files of SQLite."""
    pool = PoolLimits(
        size=settings.database_pool_size,
        overflow=settings.database_max_overflow,
        seconds=settings.database_pool_seconds,
        recycle=settings.database_recycle_seconds,
    )
    index_url, durable_url = _index_url(settings), durable_database_url(settings)
    index = Connections(index_url, pool=pool, name="postgresql" if index_url == durable_url else "index")
    # One PostgreSQL has one pool: its connections are dear.
    connections = index
    if index_url != durable_url:
        connections = Connections(durable_url, pool=pool, name="durable", precious=True)
    durable = Database(connections, prepare=schema.check)
    return Databases(index=index, durable=durable, notes=Notes(durable, notes), durable_url=durable_url)


def durable_database_url(settings: Settings) -> str:
    """Where the durable tables lie."""
    if settings.database_url is not None and not _is_sqlite(settings.database_url.reveal()):
        return settings.database_url.reveal()
    return f"sqlite:///{durable_file(settings)}"


def durable_is_sqlite(settings: Settings) -> bool:
    """Whether the durable tables lie in SQLite."""
    return _is_sqlite(durable_database_url(settings))


def durable_file(settings: Settings) -> Path:
    """The file of the durable tables, where they lie in SQLite."""
    return settings.data_dir / "reelgate.sqlite3"


def _index_url(settings: Settings) -> str:
    if settings.database_url is not None:
        return settings.database_url.reveal()
    return f"sqlite:///{settings.data_dir / 'catalogue.sqlite3'}"


def _is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")
