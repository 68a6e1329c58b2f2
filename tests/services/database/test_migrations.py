"""The durable tables are brought from any revision to the newest, with all that is in them, or left as they are."""

import importlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from services.database import schema
from services.database.dump import durable_tables
from services.database.engine import Connections, Database
from services.database.errors import DiskRefusesError, SchemaError
from services.database.migrations import run
from services.database.tables import metadata
from tests.fire.disk import Disk, small_disk
from tests.fire.scenario import Impossible
from tests.services.database.samples import SAMPLES, rows_of, write_samples

ROOT = Path(__file__).resolve().parents[3]
HEAD = schema.revisions()[-1]
_FAILING = '''
"""Fails in the middle."""
import sqlalchemy as sa
from alembic import op

revision = "failing"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("reelgate_half", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE reelgate_notes SET value = 'spoilt'")
    op.execute("SELECT * FROM reelgate_nowhere")
'''


@pytest.mark.thorough
@pytest.mark.parametrize("earlier", schema.revisions())
def test_every_earlier_revision_reaches_the_newest_with_its_rows(database_url: str, earlier: str) -> None:
    for revision in schema.revisions()[: schema.revisions().index(earlier) + 1]:
        run.upgrade(database_url, target=revision)
        write_samples(database_url, revision)
    before = rows_of(database_url)
    assert run.upgrade(database_url) == earlier
    after = rows_of(database_url)
    for name in before.keys() & after.keys():
        assert len(after[name]) == len(before[name]), name
        for old, new in zip(before[name], after[name], strict=True):
            assert {key: new[key] for key in old.keys() & new.keys()} == {
                key: old[key] for key in old.keys() & new.keys()
            }


@pytest.mark.parametrize(("begin", "end"), [(Disk.fill, Disk.drain), (Disk.lock, Disk.unlock)], ids=["full", "ro"])
@pytest.mark.parametrize("upgrade", [schema.upgrade, run.upgrade], ids=["process", "here"])
def test_a_disk_that_cannot_be_written_is_told_from_a_database_that_cannot_be_used(
    begin: Callable[[Disk], None], end: Callable[[Disk], None], upgrade: Callable[[str], str | None]
) -> None:
    try:
        with small_disk() as disk:
            url = f"sqlite:///{disk.path}/data/reelgate.sqlite3"
            begin(disk)
            with pytest.raises(DiskRefusesError):
                upgrade(url)
            end(disk)
            assert not upgrade(url)
            assert upgrade(url) == HEAD
    except Impossible as error:
        pytest.skip(str(error))


def test_every_revision_has_rows_to_be_tried_with() -> None:
    assert set(SAMPLES) == set(schema.revisions())


def test_migrations_make_the_tables_that_the_slices_state(database_url: str) -> None:
    for file in (ROOT / "services").rglob("tables.py"):
        importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    run.upgrade(database_url)
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables},
        )
        assert compare_metadata(context, metadata) == []
        assert set(durable_tables(connection).tables) == set(metadata.tables)
    engine.dispose()


@pytest.mark.thorough
def test_six_may_start_at_once(database_url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        before = list(pool.map(schema.upgrade, [database_url] * 6))
    assert sorted(before) == ["", HEAD, HEAD, HEAD, HEAD, HEAD]


def test_a_migration_that_fails_leaves_everything_as_it_was(database_url: str, tmp_path: Path) -> None:
    run.upgrade(database_url)
    write_samples(database_url, "notes_1")
    before = rows_of(database_url)
    folder = shutil.copytree(run.FOLDER, tmp_path / "migrations")
    (folder / "versions" / "failing.py").write_text(_FAILING.format(head=HEAD))
    with pytest.raises(SchemaError, match=r"is as it was: .*reelgate_nowhere"):
        run.upgrade(database_url, folder=folder)
    assert rows_of(database_url) == before
    assert run.upgrade(database_url) == HEAD


def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    run.upgrade(database_url)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {schema.VERSION_TABLE} SET version_num = 'of_tomorrow'"))
    database = Database(Connections(database_url, precious=True), prepare=schema.check)
    trials: list[Callable[[], object]] = [
        lambda: schema.upgrade(database_url),
        lambda: run.upgrade(database_url),
        database.ping,
    ]
    for trial in trials:
        with pytest.raises(SchemaError, match=r"made by a newer Reelgate \(revision of_tomorrow\)"):
            trial()
    database.close()
    engine.dispose()


def test_tables_that_are_missing_are_not_made_in_passing(database_url: str) -> None:
    database = Database(Connections(database_url, precious=True), prepare=schema.check)
    with pytest.raises(SchemaError, match="database upgrade"):
        database.ping()
    run.upgrade(database_url)
    database.ping()
    database.close()
    engine = create_engine(database_url)
    assert "reelgate_notes" in inspect(engine).get_table_names()
    engine.dispose()


def test_a_chain_with_two_ends_is_refused(tmp_path: Path) -> None:
    for name, before in (("one", "None"), ("two", '"one"'), ("three", '"one"')):
        (tmp_path / f"{name}.py").write_text(f'revision = "{name}"\ndown_revision = {before}\n')
    with pytest.raises(SchemaError, match="three, two"):
        schema.revisions(tmp_path)


@pytest.mark.parametrize("url", ["postgresql+psycopg://nobody:hush@127.0.0.1:9/none", "sqlite:////proc/none/r.sqlite3"])
def test_a_database_that_cannot_be_reached_is_a_sentence_without_its_password(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_PATIENCE", 0)
    with pytest.raises(SchemaError) as refused:
        run.upgrade(url)
    assert "hush" not in str(refused.value)


def test_what_servers_import_is_free_of_alembic() -> None:
    code = "import sys, services.database.build, services.database.schema; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
