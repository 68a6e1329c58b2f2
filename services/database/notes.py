"""Notes: small numbers under names, and claims, which are rights that end by themselves."""

from sqlalchemy import Connection, Table, select

from services.database.clock import Clock
from services.database.engine import Database
from services.database.insert import insert_of


class Notes:
    """Notes in one table. Every method raises `DatabaseUnavailableError` when the database fails."""

    def __init__(self, database: Database, table: Table) -> None:
        """`table` has the columns `name`, its key, and `value`, a text."""
        self._database = database
        self._table = table
        self._clock = Clock(database)
        self._insert = insert_of(database)

    def clock(self) -> int:
        """The database's time, in milliseconds: the one clock that all instances share."""
        return self._clock.read()

    def recall(self, name: str) -> int | None:
        """The number that was remembered under this name."""
        with self._database.reading() as connection:
            return self._recall(connection, name)

    def remember(self, name: str, value: int) -> None:
        """Keep a number under this name, for as long as the tables last."""
        with self._database.writing() as connection:
            self._remember(connection, name, value)

    def claim(self, name: str, *, seconds: float, token: int) -> bool:
        """Take, or keep, the right to do what `name` says for so long; False when another token has it now."""
        with self._database.writing() as connection:
            # Whoever else claims it waits at this row until the transaction ends, and sees then what came of it.
            row = self._insert(self._table).values(name=f"{name}.holder", value=str(token))
            connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": self._table.c.value}))
            now = int(connection.scalar(select(self._clock.now)) or 0)
            holder, until = self._recall(connection, f"{name}.holder"), self._recall(connection, f"{name}.until")
            if holder != token and until is not None and until > now:
                return False
            self._remember(connection, f"{name}.holder", token)
            self._remember(connection, f"{name}.until", now + int(seconds * 1000))
            return True

    def _recall(self, connection: Connection, name: str) -> int | None:
        value = connection.scalar(select(self._table.c.value).where(self._table.c.name == name))
        return None if value is None else int(value)

    def _remember(self, connection: Connection, name: str, value: int) -> None:
        row = self._insert(self._table).values(name=name, value=str(value))
        connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": row.excluded.value}))
