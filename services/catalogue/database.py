"""The catalogue's database: opened late, again when its file is replaced, and made new when its schema is old."""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from services.catalogue.models import PREFIX, SCHEMA_VERSION, metadata, state
from services.errors import CatalogueUnavailableError

_LOCK_SECONDS = 5.0
_OPTIONS: dict[str, Any] = {
    "pool_size": 8,
    "max_overflow": 24,
    "pool_timeout": _LOCK_SECONDS,
    # What people call their videos is no matter for the log.
    "hide_parameters": True,
}
# Any number will do, as long as every version of this program takes the same one.
_ADVISORY_LOCK = 7_305_809_001


class Database:
    """One engine for each process, made at the first use (after gunicorn has forked).

    All its errors leave as `CatalogueUnavailableError`.
    """

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._file = Path(self._url.database) if self.is_sqlite and self._url.database else None
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._made_for: tuple[int, int | None] = (0, None)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, and not PostgreSQL."""
        return self._url.get_backend_name() == "sqlite"

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for questions."""
        with _translated(), self._current().connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction that is committed at the end of the block."""
        with _translated(), _begin(self._current()) as connection:
            yield connection

    def ping(self) -> None:
        """Raise `CatalogueUnavailableError` when the database does not answer."""
        with self.reading() as connection:
            connection.execute(select(state.c.value).limit(1))

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _current(self) -> Engine:
        # A file that has been deleted or replaced would go on living, unseen, in the connections that hold it.
        identity = (os.getpid(), _inode(self._file))
        if self._engine is not None and self._made_for == identity:
            return self._engine
        with self._lock:
            if self._engine is not None and self._made_for == (os.getpid(), _inode(self._file)):
                return self._engine
            if self._engine is not None:
                # Connections that a parent process made are not ours to close.
                self._engine.dispose(close=self._made_for[0] == os.getpid())
            self._engine = None
            engine = self._make()
            _ensure_schema(engine)
            self._made_for = (os.getpid(), _inode(self._file))
            self._engine = engine
            return engine

    def _make(self) -> Engine:
        if not self.is_sqlite:
            return create_engine(self._url, pool_pre_ping=True, connect_args={"connect_timeout": 5}, **_OPTIONS)
        if self._file is not None:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CatalogueUnavailableError(_UNAVAILABLE) from error
        engine = create_engine(self._url, connect_args={"timeout": _LOCK_SECONDS}, **_OPTIONS)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine


_UNAVAILABLE = "The list of videos cannot be reached right now. Try again in a moment."


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        # SQLAlchemy passes on what fails in `_prepare_sqlite` as it is.
        raise CatalogueUnavailableError(_UNAVAILABLE) from error


def _inode(file: Path | None) -> int | None:
    try:
        return None if file is None else file.stat().st_ino
    except OSError:
        return None


def _begin(engine: Engine) -> contextlib.AbstractContextManager[Connection]:
    return engine.execution_options(reelgate_writes=True).begin()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Python's own guesses at transactions are off: `_begin_sqlite` says when one begins, and how.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA cache_size = -16000")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("reelgate_writes", False)
    # A transaction that begins by reading could not become a writing one while another process writes.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _ensure_schema(engine: Engine) -> None:
    """Make the tables when they are missing or of another version; safe with any number of processes at once."""
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            if _version(engine) != SCHEMA_VERSION:
                _make_schema(engine)
        except (OperationalError, sqlite3.OperationalError) as error:
            # SQLite does not wait when several processes turn a new file to WAL at the same moment.
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _is_busy(error: OperationalError | sqlite3.OperationalError) -> bool:
    cause = error.orig if isinstance(error, OperationalError) else error
    # The lower byte is the kind of the error, the rest its details.
    return isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return _read_version(connection)


def _read_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(state.name):
        return None
    return connection.scalar(select(state.c.value).where(state.c.name == "schema"))


def _make_schema(engine: Engine) -> None:
    with _begin(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        if _read_version(connection) == SCHEMA_VERSION:
            return  # Another process was faster.
        old = MetaData()
        old.reflect(connection, only=lambda name, _: name.startswith(PREFIX))
        old.drop_all(connection)
        metadata.create_all(connection)
        connection.execute(insert(state), {"name": "schema", "value": SCHEMA_VERSION})
