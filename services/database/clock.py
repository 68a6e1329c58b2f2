"""The database's time: the one clock that all instances share."""

from sqlalchemy import ColumnElement, Connection, literal_column, select

from services.database.engine import Database

_SQLITE_NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
_POSTGRESQL_NOW = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"


class Clock:
    """Milliseconds since 1970, as the database counts them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.now: ColumnElement[int] = literal_column(_SQLITE_NOW if database.is_sqlite else _POSTGRESQL_NOW)
        """The time of a statement, to be used inside it."""

    def read(self) -> int:
        """What the clock says now."""
        with self._database.reading() as connection:
            return self.read_on(connection)

    def read_on(self, connection: Connection) -> int:
        """What the clock says now, asked on a connection that is open already."""
        return int(connection.scalar(select(self.now)) or 0)
