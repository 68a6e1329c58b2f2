"""Bring a database to a revision. As a script: the URL comes by standard input, faults leave as one sentence."""

import errno
import json
import logging
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from services.database.engine import sqlite_file, verifiable
from services.database.errors import DiskRefusesError, SchemaError
from services.database.schema import refuse_newer, revision_of

FOLDER = Path(__file__).parent

# It tells of every step; what failed is said in an error.
logging.getLogger("alembic").setLevel(logging.WARNING)

# Any number will do, as long as every version of this program takes the same one, and nobody else does.
_ADVISORY_LOCK = 7_305_809_002
_LOCK_SECONDS = 60.0
_PATIENCE = 20.0
_REFUSALS = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
"""What SQLite says of a disk that is full, read-only or broken."""


def upgrade(url: str, *, target: str = "head", folder: Path = FOLDER) -> str | None:
    """Bring the database to `target`, all of it or nothing; returns the revision that it had before.

    Raises `SchemaError` when it is of a newer version, cannot be reached or a migration fails, and `DiskRefusesError`
    when SQLite's file cannot be written.
    """
    try:
        with migrating(url) as connection:
            before = revision_of(connection)
            refuse_newer(before)
            move(connection, target=target, folder=folder)
            return before
    except (SQLAlchemyError, sqlite3.Error) as error:
        reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        kind = DiskRefusesError if _code_of(error) in _REFUSALS else SchemaError
        raise kind(f"The database could not be brought up to date, and is as it was: {reason}") from error


@contextmanager
def migrating(url: str) -> Iterator[Connection]:
    """A connection that is alone in changing the tables, in a transaction that is committed at the end."""
    engine = _engine(url)
    try:
        with _connected(engine) as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            yield connection
            _check_keys(connection)
    finally:
        engine.dispose()


def move(connection: Connection, *, target: str = "head", folder: Path = FOLDER) -> None:
    """Run the migrations up to `target` inside the connection's transaction."""
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def _engine(url: str) -> Engine:
    address = make_url(url)
    file = sqlite_file(address)
    if file is None:
        return create_engine(
            verifiable(address), poolclass=NullPool, connect_args={"connect_timeout": 5}, hide_parameters=True
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        kind = DiskRefusesError if error.errno in {errno.EROFS, errno.ENOSPC, errno.EIO} else SchemaError
        raise kind(f"There can be no database in {file.parent}: {error.strerror}.") from error
    engine = create_engine(address, poolclass=NullPool, connect_args={"timeout": _LOCK_SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # Foreign keys are off, as SQLite wants it where a table is made anew; `_check_keys` looks at them in the end.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _connected(engine: Engine) -> Connection:
    """A connection; a database that is starting as well is waited for."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return engine.connect()
        except (OperationalError, sqlite3.OperationalError) as error:
            if _is_hopeless(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _is_hopeless(error: Exception) -> bool:
    """Whether SQLite says something else than that it is busy."""
    return _code_of(error) not in {None, sqlite3.SQLITE_BUSY}


def _code_of(error: Exception) -> int | None:
    """The kind of what SQLite says; None when another database says it."""
    code: int | None = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    # The lower byte is the kind of the error, the rest its details.
    return None if code is None else code & 0xFF


def _check_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise SchemaError(f"{len(broken)} rows would name others that are not there; nothing has been changed.")


def main() -> int:
    """Upgrade to the newest revision, and print the one that was there before."""
    try:
        print(upgrade(json.load(sys.stdin)["url"]) or "")  # noqa: T201 - its parent reads it
    except (SchemaError, DiskRefusesError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return os.EX_TEMPFAIL if isinstance(error, DiskRefusesError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
