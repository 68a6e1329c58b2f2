"""A database is made from a dump: at the dump's revision first, and brought to the newest with its rows in it."""

import sqlite3

from sqlalchemy import Connection, exists, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from services.database.dump import Dump, durable_tables
from services.database.errors import BackupError
from services.database.migrations.run import migrating, move
from services.database.schema import VERSION_TABLE


def restore(url: str, dump: Dump, *, replace: bool = False) -> None:
    """Make the database hold what the dump holds, all of it or nothing.

    Raises `BackupError` when the database has rows already, unless they are to be replaced.
    """
    try:
        with migrating(url) as connection:
            if not replace and (filled := _filled(connection)):
                raise BackupError(f"The database has rows in {', '.join(filled)}. With --replace they are lost.")
            durable_tables(connection).drop_all(connection)
            if inspect(connection).has_table(VERSION_TABLE):
                connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
            move(connection, target=dump.manifest.revision)
            dump.fill(connection)
            move(connection)
    except (SQLAlchemyError, sqlite3.Error) as error:
        reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        raise BackupError(f"The backup could not be restored, and the database is as it was: {reason}") from error


def _filled(connection: Connection) -> list[str]:
    return [
        table.name
        for table in durable_tables(connection).sorted_tables
        if connection.scalar(select(exists(select(table))))
    ]
