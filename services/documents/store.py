"""The index of documents, as rows. Every method raises `CatalogueUnavailableError` when the database fails."""

from collections.abc import Mapping

from sqlalchemy import delete, select

from services.database.clock import Clock
from services.database.engine import Connections, Database
from services.database.errors import CatalogueUnavailableError
from services.database.insert import insert_of
from services.documents.tables import documents, ensure


class DocumentStore:
    """Names and sizes by the films' folders."""

    def __init__(self, connections: Connections) -> None:
        """`connections` are those of the index."""
        self._database = Database(connections, prepare=ensure, unavailable=CatalogueUnavailableError)
        self._clock = Clock(self._database)
        self._insert = insert_of(self._database)

    def now(self) -> int:
        """The time of the database, by which rows are dated."""
        return self._clock.read()

    def of(self, folder: str) -> dict[str, int]:
        """The documents of a film: their sizes by name."""
        with self._database.reading() as connection:
            found = connection.execute(select(documents).where(documents.c.folder == folder))
            return {row.name: row.size for row in found}

    def put(self, folder: str, sizes: Mapping[str, int]) -> None:
        """Write down that a film has these documents."""
        rows = [{"folder": folder, "name": name, "size": size} for name, size in sizes.items()]
        statement = self._insert(documents).values(written_at=self._clock.now)
        written = {"size": statement.excluded["size"], "written_at": self._clock.now}
        statement = statement.on_conflict_do_update(index_elements=["folder", "name"], set_=written)
        with self._database.writing() as connection:
            connection.execute(statement, rows)

    def remove(self, folder: str, name: str, *, before: int | None = None) -> None:
        """Write down that a document is gone; with `before`, only where the row was written before then."""
        which = (documents.c.folder == folder) & (documents.c.name == name)
        if before is not None:
            which &= documents.c.written_at < before
        with self._database.writing() as connection:
            connection.execute(delete(documents).where(which))

    def forget(self, folder: str) -> None:
        """Let go of a film that is gone."""
        with self._database.writing() as connection:
            connection.execute(delete(documents).where(documents.c.folder == folder))

    def all(self) -> dict[str, dict[str, int]]:
        """All of them, by folder."""
        found: dict[str, dict[str, int]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(select(documents)):
                found.setdefault(row.folder, {})[row.name] = row.size
        return found
