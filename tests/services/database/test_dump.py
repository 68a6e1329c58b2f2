"""A dump of one database makes another, of either kind, hold the same; damaged or newer ones are refused."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from services.database import schema
from services.database.dump import Dump, DumpManifest, write_dump
from services.database.engine import Connections, Database
from services.database.errors import BackupError, SchemaError
from services.database.migrations import run
from services.database.migrations.restoring import restore
from tests.services.database.samples import filled, rows_of

pytestmark = pytest.mark.thorough

KINDS = ["sqlite", "postgresql"]
NewDatabase = Callable[[str], str]


def dumped(url: str) -> tuple[io.BytesIO, DumpManifest]:
    database = Database(Connections(url, precious=True), prepare=schema.check)
    content = io.BytesIO()
    manifest = write_dump(database, content)
    database.close()
    return content, manifest


def altered(content: io.BytesIO, change: Callable[[str, bytes], bytes | None]) -> io.BytesIO:
    """The dump with its members changed; None leaves one out."""
    target = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            changed = change(name, old.read(name))
            if changed is not None:
                new.writestr(name, changed)
    return target


@pytest.mark.parametrize("source", KINDS)
@pytest.mark.parametrize("target", KINDS)
def test_a_dump_of_one_restores_into_the_other(new_database: NewDatabase, source: str, target: str) -> None:
    before = filled(new_database(source))
    content, manifest = dumped(before)
    after = new_database(target)
    restore(after, Dump(content))
    assert rows_of(after) == rows_of(before)
    assert manifest.rows == sum(map(len, rows_of(before).values()))


def test_rows_that_are_there_stay_unless_they_are_to_be_replaced(database_url: str, new_database: NewDatabase) -> None:
    content, _ = dumped(filled(new_database("sqlite")))
    filled(database_url)
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO reelgate_notes VALUES ('newer', '1')"))
    before = rows_of(database_url)
    with pytest.raises(BackupError, match="reelgate_notes"):
        restore(database_url, Dump(content))
    assert rows_of(database_url) == before
    restore(database_url, Dump(content), replace=True)
    assert [row["name"] for row in rows_of(database_url)["reelgate_notes"]] == ["counter", "größe"]
    engine.dispose()


def test_a_restore_that_fails_leaves_everything_as_it_was(database_url: str) -> None:
    content, _ = dumped(filled(database_url))
    before = rows_of(database_url)
    broken = altered(content, lambda name, old: old.replace(b'"7"', b'"8"') if name.endswith("l") else old)
    with pytest.raises(BackupError, match="damaged"):
        restore(database_url, Dump(broken), replace=True)
    assert rows_of(database_url) == before


def _without_rows(name: str, old: bytes) -> bytes | None:
    return None if name.endswith("l") else old


def _short(name: str, old: bytes) -> bytes:
    return old.partition(b"\n")[2] if name.endswith("l") else old


def _no_json(name: str, old: bytes) -> bytes:
    return b"{" + old if name.endswith("l") else old


def _no_manifest(name: str, old: bytes) -> bytes | None:
    return None if name == "manifest.json" else old


@pytest.mark.parametrize("change", [_without_rows, _short, _no_json, _no_manifest])
def test_what_is_damaged_is_refused(new_database: NewDatabase, change: Callable[[str, bytes], bytes | None]) -> None:
    content, _ = dumped(filled(new_database("sqlite")))
    with pytest.raises(BackupError):
        Dump(altered(content, change)).check()
    with pytest.raises(BackupError):
        Dump(io.BytesIO(content.getvalue()[:-100]))


def test_a_dump_of_a_newer_version_is_refused(new_database: NewDatabase) -> None:
    content, _ = dumped(filled(new_database("sqlite")))

    def of_tomorrow(name: str, old: bytes) -> bytes:
        return old if name != "manifest.json" else json.dumps(json.loads(old) | {"revision": "of_tomorrow"}).encode()

    with pytest.raises(SchemaError, match="The backup was made by a newer Reelgate"):
        Dump(altered(content, of_tomorrow))


@pytest.mark.parametrize("source", KINDS)
@pytest.mark.parametrize("target", KINDS)
def test_every_kind_of_value_comes_back_and_keys_count_on(new_database: NewDatabase, source: str, target: str) -> None:
    metadata = sa.MetaData()
    kinds = sa.Table(
        "reelgate_kinds",
        metadata,
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("before", sa.ForeignKey("reelgate_kinds.number", deferrable=True, initially="DEFERRED")),
        sa.Column("large", sa.BigInteger),
        sa.Column("real", sa.Double),
        sa.Column("flag", sa.Boolean),
        sa.Column("bytes", sa.LargeBinary),
        sa.Column("json", sa.JSON(none_as_null=True)),
        sa.Column("moment", sa.DateTime(timezone=False)),
        sa.Column("day", sa.Date),
        sa.Column("text", sa.Text),
    )
    full: dict[str, Any] = {
        "number": 1,
        "before": 2,
        "large": 2**53 + 1,
        "real": 0.1,
        "flag": True,
        "bytes": b"\0\xff",
        "json": {"bytes": ["ä", None, 1.5]},
        "moment": datetime(2026, 2, 3, 4, 5, 6, 7),  # noqa: DTZ001 - a column without a zone
        "day": date(2026, 2, 3),
        "text": 'line\n"ß" \u2028 🎬',
    }
    rows = [full, dict.fromkeys(full) | {"number": 2}]
    urls = new_database(source), new_database(target)
    engines = [sa.create_engine(url) for url in urls]
    for url, engine in zip(urls, engines, strict=True):
        run.upgrade(url)
        metadata.create_all(engine)
    with engines[0].begin() as connection:
        connection.execute(kinds.insert(), rows)
    content, _ = dumped(urls[0])
    with engines[1].begin() as connection:
        Dump(content).fill(connection)
        assert [dict(row) for row in connection.execute(kinds.select().order_by("number")).mappings()] == rows
        assert connection.execute(kinds.insert().values(text="new")).inserted_primary_key == (3,)
    for engine in engines:
        engine.dispose()


def test_a_dump_is_of_one_moment(durable: Database) -> None:
    """What is written while a dump is made is in none of its tables, or in all."""
    with durable.writing() as connection:
        connection.execute(sa.text("INSERT INTO reelgate_notes VALUES ('before', '1')"))

    class Disturbed(io.BytesIO):
        """Its first write is followed by one to the database."""

        disturbed = False

        def write(self, content: Any, /) -> int:
            if not self.disturbed:
                self.disturbed = True
                with durable.writing() as connection:
                    connection.execute(sa.text("INSERT INTO reelgate_notes VALUES ('between', '1')"))
            return super().write(content)

    target = Disturbed()
    manifest = write_dump(durable, target)
    assert target.disturbed
    assert manifest.rows == 1
    with durable.reading() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM reelgate_notes")) == 2
    assert datetime.now(UTC) >= manifest.created_at
