"""The database's own INSERT, which can also replace."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from services.database.engine import Database

Insert = Callable[..., Any]
"""An INSERT that has ON CONFLICT."""


def insert_of(database: Database) -> Any:
    """SQLite's or PostgreSQL's `insert`, with its ON CONFLICT. The other one's is not imported."""
    return _insert(is_sqlite=database.is_sqlite)


def insert_on(connection: Connection) -> Any:
    """The same, for the database at the other end of a connection."""
    return _insert(is_sqlite=connection.dialect.name == "sqlite")


def _insert(*, is_sqlite: bool) -> Any:
    if is_sqlite:
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415

        return sqlite.insert
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert
