"""All rows of the durable tables in one file, which a database of either kind can be made from again.

The file is a ZIP: `manifest.json` says which revision the tables had and, for each table, its columns, how many rows
there are and their SHA-256; `tables/<name>.jsonl` has one row a line, as a list of values in the order of the columns.
"""

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, MetaData, Table, func, select

from services.database.engine import Database
from services.database.errors import BackupError
from services.database.schema import VERSION_TABLE, refuse_newer, revision_of
from services.database.tables import PREFIX

_FORMAT = 1
_MANIFEST = "manifest.json"
_AT_ONCE = 1000


class TableEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What the manifest says of one table."""

    name: str
    columns: list[str]
    rows: int
    sha256: str


class DumpManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a dump says of itself."""

    format: int
    revision: str
    created_at: datetime
    tables: list[TableEntry]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.rows for table in self.tables)


def write_dump(database: Database, target: IO[bytes]) -> DumpManifest:
    """Write all durable rows as they are at one moment, while others go on writing."""
    with database.reading() as connection:
        if not database.is_sqlite:
            # In SQLite every transaction sees one moment.
            connection.execution_options(isolation_level="REPEATABLE READ")
        revision = revision_of(connection)
        if revision is None:
            raise BackupError("The database has no tables yet: there is nothing to back up.")
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            entries = [_write_table(connection, table, archive) for table in durable_tables(connection).sorted_tables]
            manifest = DumpManifest(
                format=_FORMAT, revision=revision, created_at=datetime.now(UTC).replace(microsecond=0), tables=entries
            )
            archive.writestr(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return manifest


class Dump:
    """A dump to be read. Every method raises `BackupError` when the file is not what it claims to be."""

    def __init__(self, source: IO[bytes]) -> None:
        try:
            self._archive = zipfile.ZipFile(source)
            self.manifest = msgspec.json.decode(self._archive.read(_MANIFEST), type=DumpManifest)
        except (zipfile.BadZipFile, KeyError, msgspec.MsgspecError, OSError) as error:
            raise BackupError("This is not a backup of Reelgate, or it is damaged.") from error
        if self.manifest.format != _FORMAT:
            raise BackupError(f"This backup has the format {self.manifest.format}, which a newer Reelgate writes.")
        refuse_newer(self.manifest.revision, what="The backup")

    def check(self) -> None:
        """Read all of it, and compare counts and digests with the manifest."""
        for table in self.manifest.tables:
            for _ in self.rows(table):
                pass

    def rows(self, table: TableEntry) -> Iterator[dict[str, Any]]:
        """The rows of one table; a count or digest that differs is found at their end."""
        digest, count = hashlib.sha256(), 0
        try:
            with self._archive.open(_member(table.name)) as lines:
                for line in lines:
                    digest.update(line)
                    count += 1
                    yield dict(zip(table.columns, map(_decoded, json.loads(line)), strict=True))
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
            raise BackupError(f"The rows of {table.name} cannot be read: the backup is damaged.") from error
        if (count, digest.hexdigest()) != (table.rows, table.sha256):
            raise BackupError(f"The rows of {table.name} are not those that were written: the backup is damaged.")

    def fill(self, connection: Connection) -> None:
        """Write all rows into the tables of the same revision, which are there; what they hold is deleted first."""
        found = durable_tables(connection)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
        for table in reversed(found.sorted_tables):
            connection.execute(table.delete())
        entries = {entry.name: entry for entry in self.manifest.tables}
        if unknown := entries.keys() - found.tables.keys():
            raise BackupError(f"The backup has tables that its revision does not know: {', '.join(sorted(unknown))}.")
        for table in found.sorted_tables:
            if table.name in entries:
                self._fill_table(connection, table, entries[table.name])

    def _fill_table(self, connection: Connection, table: Table, entry: TableEntry) -> None:
        batch: list[dict[str, Any]] = []
        for row in self.rows(entry):
            batch.append(row)
            if len(batch) == _AT_ONCE:
                connection.execute(table.insert(), batch)
                batch = []
        if batch:
            connection.execute(table.insert(), batch)
        if connection.dialect.name == "postgresql":
            _set_sequences(connection, table)


def durable_tables(connection: Connection) -> MetaData:
    """The tables that are there, whatever their revision, without the one that says which it is."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name.startswith(PREFIX) and name != VERSION_TABLE)
    return found


def _write_table(connection: Connection, table: Table, archive: zipfile.ZipFile) -> TableEntry:
    digest, count = hashlib.sha256(), 0
    statement = select(table).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE)
    with archive.open(_member(table.name), "w") as member:
        for row in connection.execute(statement):
            line = json.dumps([_encoded(value) for value in row], ensure_ascii=False, separators=(",", ":")) + "\n"
            content = line.encode()
            digest.update(content)
            member.write(content)
            count += 1
    columns = [str(column.name) for column in table.columns]
    return TableEntry(name=str(table.name), columns=columns, rows=count, sha256=digest.hexdigest())


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _encoded(value: Any) -> Any:
    """The value as JSON has it; what JSON has no word for is an object with one key that says what it is."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    return {"json": value}


def _decoded(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(kind, content)] = value.items()
    return _DECODERS[kind](content)


_DECODERS: dict[str, Callable[[Any], Any]] = {
    "bytes": base64.b64decode,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "json": lambda content: content,
}


def _set_sequences(connection: Connection, table: Table) -> None:
    """Let keys that count up go on behind those that have been written."""
    for column in table.primary_key:
        name = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        if name is not None:
            connection.execute(select(func.setval(name, select(func.max(column)).scalar_subquery())))
