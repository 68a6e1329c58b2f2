"""Connections are bounded and counted, and what fails is said in our words."""

import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from services.database.clock import Clock
from services.database.engine import Connections, Database, PoolLimits, after_commit
from services.database.errors import DatabaseConflictError, DatabaseUnavailableError, UnusableValueError
from services.database.notes import Notes
from services.database.tables import notes


def figure(name: str) -> float:
    return REGISTRY.get_sample_value(f"reelgate_database_{name}", {"database": "small"}) or 0.0


def test_the_pool_is_bounded_and_what_waits_is_counted(database_url: str) -> None:
    limits = PoolLimits(size=1, overflow=1, seconds=0.1)
    database = Database(Connections(database_url, pool=limits, name="small"), prepare=lambda _: None)
    database.ping()
    given_up, waited = figure("pool_timeouts_total"), figure("wait_seconds_count")
    assert figure("connections_limit") == 2
    with database.reading(), database.reading():
        assert figure("connections") == 2
        with pytest.raises(DatabaseUnavailableError):
            database.ping()
    assert figure("connections") == 0
    assert figure("pool_timeouts_total") == given_up + 1
    assert figure("wait_seconds_count") == waited + 3
    database.ping()
    database.close()


def test_a_block_that_fails_gives_its_connection_back_and_writes_nothing(durable: Database) -> None:
    def fail_half_way() -> None:
        with durable.writing() as connection:
            connection.execute(notes.insert(), {"name": "half", "value": "1"})
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail_half_way()
    with durable.reading() as connection:
        assert connection.execute(notes.select()).all() == []


def test_what_is_to_be_done_after_a_commit_is_done_after_it_and_only_then(durable: Database) -> None:
    done: list[int] = []

    def count() -> None:
        with durable.reading() as connection:
            done.append(len(connection.execute(notes.select()).all()))

    def fail_half_way() -> None:
        with durable.writing() as connection:
            after_commit(connection, count)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        fail_half_way()
    with durable.writing() as connection:
        connection.execute(notes.insert(), {"name": "one", "value": "1"})
    assert done == []
    with durable.writing() as connection:
        after_commit(connection, count)
        connection.execute(notes.insert(), {"name": "two", "value": "2"})
        assert done == []
    assert done == [2]


def test_a_key_that_is_there_already_is_a_conflict_and_no_outage(durable: Database) -> None:
    def write() -> None:
        with durable.writing() as connection:
            connection.execute(notes.insert(), {"name": "once", "value": "1"})

    write()
    with pytest.raises(DatabaseConflictError):
        write()


def test_foreign_keys_are_enforced(durable: Database) -> None:
    metadata = sa.MetaData()
    one = sa.Table("reelgate_one", metadata, sa.Column("id", sa.Integer, primary_key=True))
    two = sa.Table("reelgate_two", metadata, sa.Column("one", sa.ForeignKey("reelgate_one.id"), primary_key=True))
    with durable.writing() as connection:
        metadata.create_all(connection)
        connection.execute(one.insert(), {"id": 1})
        connection.execute(two.insert(), {"one": 1})
    with pytest.raises(DatabaseConflictError), durable.writing() as connection:
        connection.execute(one.delete())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_text_that_no_column_takes_is_no_outage(durable: Database) -> None:
    with pytest.raises(UnusableValueError), durable.reading() as connection:
        connection.execute(notes.select().where(notes.c.name == "a\0"))
    with pytest.raises(UnusableValueError), durable.writing() as connection:
        connection.execute(notes.insert(), {"name": "a", "value": "\0"})


def test_a_connection_that_the_server_has_closed_is_replaced(new_database: Callable[[str], str]) -> None:
    url = new_database("postgresql")
    database = Database(Connections(url), prepare=lambda _: None)
    with database.reading() as connection:
        pid = connection.scalar(sa.text("SELECT pg_backend_pid()"))
    other = sa.create_engine(url)
    with other.begin() as connection:
        connection.execute(sa.text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    other.dispose()
    database.ping()
    database.close()


def test_a_claim_is_held_by_one_until_it_ends(durable: Database) -> None:
    kept = Notes(durable, notes)
    assert kept.claim("work", seconds=60, token=1)
    assert not kept.claim("work", seconds=60, token=2)
    assert kept.claim("work", seconds=0, token=1)
    assert kept.claim("work", seconds=60, token=2)


@pytest.mark.parametrize("lapsed", [True, False], ids=["lapsed", "new"])
def test_of_many_claims_at_once_one_succeeds(durable: Database, *, lapsed: bool) -> None:
    kept = Notes(durable, notes)
    if lapsed:
        kept.claim("work", seconds=0, token=99)
    start = threading.Barrier(6)
    taken: list[int] = []

    def claim(token: int) -> None:
        start.wait()
        if kept.claim("work", seconds=60, token=token):
            taken.append(token)

    threads = [threading.Thread(target=claim, args=(token,)) for token in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1


def test_notes_are_remembered_and_the_clock_is_the_databases(durable: Database) -> None:
    kept = Notes(durable, notes)
    assert kept.recall("counter") is None
    kept.remember("counter", 7)
    kept.remember("counter", 2**60)
    assert kept.recall("counter") == 2**60
    before = kept.clock()
    assert before > 1_700_000_000_000
    assert Clock(durable).read() >= before


def temporary_files() -> set[str]:
    """The files of SQLite's own making that this process has open, which have no name any more."""
    targets = {str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    return {target for target in targets if "etilqs_" in target}


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells which files are open.")
@pytest.mark.parametrize("precious", [False, True])
def test_what_is_sorted_or_may_have_to_be_undone_opens_no_file(tmp_path: Path, *, precious: bool) -> None:
    file = tmp_path / "of a library.sqlite3"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE first (i INTEGER)")
    database = Database(Connections(f"sqlite:///{file}", precious=precious), prepare=lambda _: None)
    rows = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) SELECT i, hex(randomblob(400))"
    )
    with database.writing() as connection:
        with connection.exec_driver_sql(f"{rows} AS text FROM n ORDER BY text") as found:
            found.fetchone()
            assert temporary_files() == set()
        connection.exec_driver_sql("CREATE TABLE kept (i INTEGER UNIQUE, text TEXT)")
        connection.exec_driver_sql(f"INSERT INTO kept {rows} FROM n")
        connection.exec_driver_sql("UPDATE kept SET i = -i, text = text || '.'")
        assert temporary_files() == set()
    database.close()
