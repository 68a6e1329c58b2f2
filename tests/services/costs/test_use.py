"""What is asked of storage is counted, kept by months, and lost neither by two processes nor by a database away."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.costs.costs import StorageCosts
from services.costs.prices import Prices
from services.costs.store import UseStore
from services.costs.writing_down import WritingDown
from services.database.engine import Connections, Database
from services.database.errors import DatabaseUnavailableError
from services.storage.use import NO_VIDEO, STORAGE_USE, StorageUse, UseCounter, UsedFor
from tests.accounts import Build

AMINAS = UsedFor("cool", "amina")


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    """What other tests have asked of storage is none of ours."""
    STORAGE_USE.drain()
    yield
    STORAGE_USE.drain()


@pytest.mark.parametrize(
    ("operation", "counted"),
    [
        ("PUT block", StorageUse(writes=1)),
        ("PUT blocklist", StorageUse(writes=1)),
        ("GET list", StorageUse(writes=1)),
        ("GET blob", StorageUse(reads=1)),
        ("HEAD blob", StorageUse(reads=1)),
        ("POST userdelegationkey", StorageUse(writes=1)),
    ],
)
def test_an_operation_is_counted_as_storage_bills_it(operation: str, counted: StorageUse) -> None:
    counter = UseCounter()
    counter.ask(operation)
    assert counter.drain() == {NO_VIDEO: counted}
    assert counter.drain() == {}


def test_what_deletes_is_free() -> None:
    counter = UseCounter()
    counter.ask("DELETE blob")
    assert counter.drain() == {}


def test_threads_lose_nothing() -> None:
    counter = UseCounter()
    with ThreadPoolExecutor(8) as pool:
        for _ in range(400):
            pool.submit(counter.take, 3, AMINAS)
    assert counter.drain() == {AMINAS: StorageUse(read_bytes=1200)}


def test_processes_count_on_in_the_same_month(durable: Database) -> None:
    one, other = UseStore(durable), UseStore(durable)
    one.add({AMINAS: StorageUse(reads=1, read_bytes=2**40), NO_VIDEO: StorageUse(writes=5)})
    other.add({AMINAS: StorageUse(reads=2, read_bytes=2**40, writes=1)})
    month = one.this_month()
    found = {(row.tier, row.owner): row.use for row in other.rows(since=month)}
    assert found == {
        ("cool", "amina"): StorageUse(reads=3, read_bytes=2**41, writes=1),
        ("hot", ""): StorageUse(writes=5),
    }


def test_writers_at_once_add_up(durable: Database) -> None:
    counted = {UsedFor(tier, owner): StorageUse(reads=1) for tier in ("hot", "cool") for owner in "abc"}
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(UseStore(durable).add, counted) for _ in range(12)]:
            done.result()
    rows = UseStore(durable).rows(since="")
    assert [row.use.reads for row in rows] == [12] * 6


def test_of_what_is_kept_the_last_look_counts_and_the_use_stays(durable: Database) -> None:
    store = UseStore(durable)
    store.add({AMINAS: StorageUse(reads=7)})
    store.note([(AMINAS, 2, 200), (UsedFor("hot", "bela"), 1, 50)])
    store.note([(UsedFor("hot", "bela"), 3, 150)])
    rows = {(row.tier, row.owner): (row.videos, row.size, row.use.reads) for row in store.rows(since="")}
    assert rows == {("cool", "amina"): (0, 0, 7), ("hot", "bela"): (3, 150, 0)}


def test_what_the_database_cannot_take_is_kept_for_the_next_time(durable: Database, build: Build) -> None:
    def refuse(_: object) -> None:
        raise DatabaseUnavailableError("away")

    away = Database(Connections("sqlite:////nowhere/at/all.sqlite3", precious=True, name="durable"), prepare=refuse)
    catalogue = build().library.catalogue
    prices = Prices(durable, region="westeurope", currency="USD", redundancy="LRS")
    STORAGE_USE.take(10, AMINAS)
    StorageCosts(catalogue, UseStore(away), prices).write_down()
    STORAGE_USE.take(5, AMINAS)
    StorageCosts(catalogue, UseStore(durable), prices).write_down()
    assert [row.use.read_bytes for row in UseStore(durable).rows(since="")] == [15]


def test_a_process_that_ends_keeps_what_it_has_counted() -> None:
    written: list[int] = []
    thread = WritingDown(lambda: written.append(1), every=3600)
    thread.start()
    thread.stop()
    assert written == [1]
