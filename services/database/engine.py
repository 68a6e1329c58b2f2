"""Connections to a database: opened late, counted, and opened again when its file is replaced.

`Connections` are one engine for each process. A `Database` is a set of tables that is reached through them: whoever
owns the tables hands in what prepares them and the error that says that they cannot be reached.
"""

import contextlib
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from certifi import where as known_authorities
from sqlalchemy import URL, Connection, Engine, create_engine, event, literal, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from services import metrics
from services.database.errors import (
    DatabaseConflictError,
    DatabaseUnavailableError,
    NoDatabaseError,
    UnusableValueError,
)

T = TypeVar("T")

_LOCK_SECONDS = 5.0
_CONNECT_SECONDS = 5
_AFTER_COMMIT = "reelgate_after_commit"
# What SQLite sorts, and what it needs to undo a statement, lies in memory: no request opens a file for that, so none
# fails where the folder for temporary files is full or cannot be written to.
_TEMPORARY_IN_MEMORY = "PRAGMA temp_store = MEMORY"

Transaction = Connection
"""What several stores write on, so that all of it is done or nothing; for those who know no SQL."""

Prepare = Callable[[Engine], None]
"""Sees to it, at the first use, that the tables are there; may be called by any number of processes at once."""


@dataclass(frozen=True, kw_only=True)
class PoolLimits:
    """How many connections a process has, and how long it waits for one."""

    size: int = 10
    """Connections that stay open."""
    overflow: int = 20
    """Further ones that are opened when all are in use, and closed again."""
    seconds: float = 30.0
    """The longest wait for a connection that another thread gives back."""
    recycle: float = 3600.0
    """A connection that is older, in seconds, is replaced before its next use."""


class Connections:
    """One engine for each process, made at the first use (after gunicorn has forked)."""

    def __init__(
        self, url: str, *, pool: PoolLimits | None = None, name: str = "index", precious: bool = False
    ) -> None:
        """`name` is the one in the figures.

        The file of a `precious` SQLite database is not made here when it is missing; each of its commits is on the disk
        when it returns, and its foreign keys are enforced, as they always are in PostgreSQL.
        """
        self.url = make_url(url)
        self._pool = pool or PoolLimits()
        self._precious = precious
        self._name = name
        self._file = sqlite_file(self.url)
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._made_for: tuple[int, int | None] = (0, None)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, and not PostgreSQL."""
        return self.url.get_backend_name() == "sqlite"

    def engine(self) -> Engine:
        """The engine of this process, for the database that is there now."""
        # A file that has been deleted or replaced would go on living, unseen, in the connections that hold it.
        if self._engine is not None and self._made_for == self._identity():
            return self._engine
        with self._lock:
            if self._engine is not None and self._made_for == self._identity():
                return self._engine
            if self._engine is not None:
                # Connections that a parent process made are not ours to close.
                self._engine.dispose(close=self._made_for[0] == os.getpid())
            self._engine = None
            engine = self._make()
            self._made_for = self._identity()
            self._engine = engine
            metrics.DATABASE_CONNECTIONS_LIMIT.labels(self._name).set(self._pool.size + self._pool.overflow)
            return engine

    @contextlib.contextmanager
    def connect(self, engine: Engine, *, writing: bool) -> Iterator[Connection]:
        """A connection of that engine, counted; in a transaction that is committed at the end when `writing`."""
        started = time.monotonic()
        chosen = engine.execution_options(reelgate_writes=True) if writing else engine
        try:
            connection = chosen.connect()
        except PoolTimeoutError:
            metrics.DATABASE_POOL_TIMEOUTS.labels(self._name).inc()
            raise
        finally:
            metrics.DATABASE_WAIT_SECONDS.labels(self._name).observe(time.monotonic() - started)
        in_use = metrics.DATABASE_CONNECTIONS.labels(self._name)
        in_use.inc()
        try:
            with connection, connection.begin() if writing else contextlib.nullcontext():
                yield connection
        finally:
            in_use.dec()

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def _identity(self) -> tuple[int, int | None]:
        try:
            return os.getpid(), None if self._file is None else self._file.stat().st_ino
        except OSError:
            return os.getpid(), None

    def _make(self) -> Engine:
        options: dict[str, Any] = {
            "pool_size": self._pool.size,
            "max_overflow": self._pool.overflow,
            "pool_timeout": self._pool.seconds,
            "pool_recycle": self._pool.recycle,
            "pool_pre_ping": True,
            # What people call their videos is no matter for the log.
            "hide_parameters": True,
        }
        if self._file is None:
            return create_engine(verifiable(self.url), connect_args={"connect_timeout": _CONNECT_SECONDS}, **options)
        url = self.url
        if self._precious:
            if _is_void(self._file):
                raise NoDatabaseError("The database's file is not there. Run `flask --app app database upgrade`.")
            url = _existing(self._file)
        else:
            _make_folder(self._file.parent)
        engine = create_engine(url, connect_args={"timeout": _LOCK_SECONDS}, **options)
        event.listen(engine, "connect", _prepare_precious_sqlite if self._precious else _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        # The file is there from now on: what it is called and which one it is belong together.
        retry_while_busy(lambda: engine.connect().close())
        return engine


class Database:
    """A set of tables, reached through connections that others may share.

    Errors of the database leave as `unavailable`, but for those of keys, which leave as `DatabaseConflictError`, and of
    values that no column takes: `UnusableValueError`. Those are the same the next time.
    """

    def __init__(
        self,
        connections: Connections,
        *,
        prepare: Prepare,
        unavailable: type[DatabaseUnavailableError] = DatabaseUnavailableError,
    ) -> None:
        self._connections = connections
        self._prepare = prepare
        self._unavailable = unavailable
        self._lock = threading.Lock()
        self._prepared: Engine | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, and not PostgreSQL."""
        return self._connections.is_sqlite

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for questions."""
        with self._translated(), self._connections.connect(self._current(), writing=False) as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction that is committed at the end of the block."""
        calls: list[Callable[[], object]] = []
        with self._translated(), self._connections.connect(self._current(), writing=True) as connection:
            connection.info[_AFTER_COMMIT] = calls
            yield connection
        for call in calls:
            call()

    def ping(self) -> None:
        """Raise `DatabaseUnavailableError` when the database does not answer."""
        with self.reading() as connection:
            connection.execute(select(literal(1)))

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        self._connections.close()

    def _current(self) -> Engine:
        engine = self._connections.engine()
        if engine is not self._prepared:
            with self._lock:
                if engine is not self._prepared:
                    retry_while_busy(lambda: self._prepare(engine))
                    self._prepared = engine
        return engine

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise DatabaseConflictError("It contradicts what has been written before.") from error
        except DataError as error:
            raise UnusableValueError("A text or a number that was sent can neither be kept nor looked for.") from error
        except (SQLAlchemyError, sqlite3.Error) as error:
            # SQLAlchemy passes on what fails in `_prepare_sqlite` as it is.
            raise self._unavailable(self._unavailable.sentence) from error


def after_commit(connection: Connection, call: Callable[[], object]) -> None:
    """Have this called when the transaction of `Database.writing` is committed; not at all when it is not."""
    connection.info[_AFTER_COMMIT].append(call)


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite database; None when it is none."""
    is_file = url.get_backend_name() == "sqlite" and url.database
    return Path(str(url.database)) if is_file else None


def verifiable(url: URL) -> URL:
    """The URL with the authorities that may vouch for the server, where it must show who it is and none are named.

    The libpq that comes with psycopg looks for them where no system keeps them.
    """
    from psycopg.pq import Conninfo  # noqa: PLC0415 - PostgreSQL, 12 MiB, is off by default

    if url.query.get("sslmode") not in {"verify-ca", "verify-full"} or "sslrootcert" in url.query:
        return url
    in_environment = any(each.keyword == b"sslrootcert" and each.val for each in Conninfo.get_defaults())
    if in_environment or Path("~/.postgresql/root.crt").expanduser().exists():
        return url
    return url.update_query_dict({"sslrootcert": known_authorities()})


def retry_while_busy(operation: Callable[[], T]) -> T:
    """Do it again while SQLite is busy: it does not wait when several processes turn a new file to WAL at once."""
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            return operation()
        except (OperationalError, sqlite3.OperationalError) as error:
            if not _is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def begin_writing(engine: Engine) -> contextlib.AbstractContextManager[Connection]:
    """A transaction that writes from its beginning, on an engine that is being prepared."""
    return engine.execution_options(reelgate_writes=True).begin()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise sqlite3.OperationalError(f"There is no folder for the database: {error.strerror}") from error


def _is_void(file: Path) -> bool:
    """Whether there has never been anything in it: a full disk lets a file be made, and nothing be written to it."""
    try:
        return file.stat().st_size == 0
    except (FileNotFoundError, NotADirectoryError):
        return True


def _existing(file: Path) -> URL:
    """The address of a file that is opened only when it is there."""
    return URL.create("sqlite", database=f"file:{quote(str(file))}", query={"mode": "rw", "uri": "true"})


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Python's own guesses at transactions are off: `_begin_sqlite` says when one begins, and how.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA cache_size = -16000")
    cursor.execute(_TEMPORARY_IN_MEMORY)
    cursor.close()


def _prepare_precious_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(_TEMPORARY_IN_MEMORY)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("reelgate_writes", False)
    # A transaction that begins by reading could not become a writing one while another process writes.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _is_busy(error: OperationalError | sqlite3.OperationalError) -> bool:
    cause = error.orig if isinstance(error, OperationalError) else error
    # The lower byte is the kind of the error, the rest its details.
    code = getattr(cause, "sqlite_errorcode", None)
    return code is not None and code & 0xFF == sqlite3.SQLITE_BUSY
