"""What locks and records rely on, held against real Azurite."""

import uuid

import pytest

from services.storage.client import StorageClient
from services.storage.errors import BlobChangedError, StorageError
from services.storage.records import RecordStore
from tests.fault_proxy import Fault, running_fault_proxy
from tests.services.storage.contract.test_storage import account
from utils.block_checks import BlockCheck

TAGS = {"expires_at": "soon"}


@pytest.fixture
def store(azurite: str) -> RecordStore:
    return RecordStore(StorageClient(account(azurite)), container=f"r-{uuid.uuid4().hex[:12]}")


def test_a_record_is_read_as_it_was_written(store: RecordStore) -> None:
    etag = store.create("a", b"one", tags=TAGS)
    stored = store.read("a")
    assert stored is not None
    assert (stored.content, stored.etag) == (b"one", etag)
    assert stored.age < 60


def test_there_is_nothing_by_an_unknown_name(store: RecordStore) -> None:
    assert store.read("a") is None
    assert list(store.list("")) == []
    store.delete("a")


def test_a_record_is_created_once(store: RecordStore) -> None:
    store.create("a", b"one", tags=TAGS)
    with pytest.raises(BlobChangedError):
        store.create("a", b"two", tags=TAGS)


def test_only_the_version_that_was_read_can_be_replaced(store: RecordStore) -> None:
    first = store.create("a", b"one", tags=TAGS)
    second = store.replace("a", b"two", etag=first, tags=TAGS)
    assert second != first
    with pytest.raises(BlobChangedError):
        store.replace("a", b"three", etag=first, tags=TAGS)
    stored = store.read("a")
    assert stored is not None
    assert stored.content == b"two"


def test_a_deleted_record_cannot_be_replaced(store: RecordStore) -> None:
    etag = store.create("a", b"one", tags=TAGS)
    store.delete("a", etag=etag)
    with pytest.raises(BlobChangedError):
        store.replace("a", b"two", etag=etag, tags=TAGS)


def test_only_the_version_that_was_read_can_be_deleted(store: RecordStore) -> None:
    first = store.create("a", b"one", tags=TAGS)
    store.replace("a", b"two", etag=first, tags=TAGS)
    with pytest.raises(BlobChangedError):
        store.delete("a", etag=first)


def test_records_are_listed_with_their_tags(store: RecordStore) -> None:
    for name in ("x/a", "x/b", "y/c"):
        store.create(name, b"", tags=TAGS | {"of": name[-1]})
    assert [(each.name, each.tags["of"]) for each in store.list("x/")] == [("x/a", "a"), ("x/b", "b")]


def test_a_write_whose_answer_was_lost_counts_as_done(azurite: str) -> None:
    with running_fault_proxy(azurite) as proxy:
        store = RecordStore(StorageClient(account(proxy.connection_string)), container=f"r-{uuid.uuid4().hex[:12]}")
        etag = store.create("a", b"one", tags=TAGS)
        losses: list[Fault] = ["lost answer"]
        proxy.choose = lambda method, _path: losses.pop() if method == "PUT" and losses else None
        newer = store.replace("a", b"two", etag=etag, tags=TAGS)
        stored = store.read("a")
        assert stored is not None
        assert (stored.content, stored.etag) == (b"two", newer)


@pytest.mark.parametrize("fault", ["503", "silence"])
def test_reading_survives_an_answer_that_does_not_come(azurite: str, fault: Fault) -> None:
    """The proxy's 503 has no Date, as those of gateways may not; and silence must not cost the whole time limit."""
    with running_fault_proxy(azurite) as proxy:
        client = StorageClient(account(proxy.connection_string, timeout=12))
        store = RecordStore(client, container=f"r-{uuid.uuid4().hex[:12]}")
        store.create("a", b"one", tags=TAGS)
        faults = [fault]
        proxy.choose = lambda _method, _path: faults.pop() if faults else None
        stored = store.read("a")
        assert stored is not None
        assert stored.content == b"one"


def test_a_record_that_changes_on_its_way_is_not_written(azurite: str) -> None:
    with running_fault_proxy(azurite) as proxy:
        client = StorageClient(account(proxy.connection_string, block_check=BlockCheck.CRC64))
        store = RecordStore(client, container=f"r-{uuid.uuid4().hex[:12]}")
        etag = store.create("a", b"one", tags=TAGS)
        proxy.choose = lambda method, _path: "bit flip" if method == "PUT" else None
        with pytest.raises(StorageError):
            store.replace("a", b"two", etag=etag, tags=TAGS)
        stored = store.read("a")
        assert stored is not None
        assert stored.content == b"one"
