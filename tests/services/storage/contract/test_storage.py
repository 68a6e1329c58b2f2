"""What the rest of the house relies on storage for, held against real Azurite."""

import socket
import uuid

import pytest

from services.storage.blobs import BlobStorage
from services.storage.client import StorageAccount, StorageClient
from services.storage.errors import BlobExistsError, BlobNotFoundError, StorageError, StorageUnavailableError


def account(connection_string: str, **changes: object) -> StorageAccount:
    values: dict[str, object] = {
        "connection_string": connection_string,
        "account_url": None,
        "identity_client_id": None,
        "api_version": "2025-11-05",
        "connections": 4,
        "timeout": 2.0,
    }
    return StorageAccount(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def client(azurite: str) -> StorageClient:
    return StorageClient(account(azurite))


@pytest.fixture
def storage(client: StorageClient) -> BlobStorage:
    return BlobStorage(client, videos=f"v-{uuid.uuid4().hex[:12]}", records=f"r-{uuid.uuid4().hex[:12]}")


def commit(storage: BlobStorage, name: str, *, upload_id: str = "mine", content: bytes = b"content") -> str:
    storage.stager(name)("00000000", content)
    return storage.commit(
        name, ["00000000"], content_type="video/mp4", metadata={"upload_id": upload_id}, upload_id=upload_id
    )


def test_missing_containers_are_created_by_a_ping_and_by_the_first_use(storage: BlobStorage) -> None:
    storage.ping(seconds=5)
    storage.ping(seconds=5)
    assert commit(storage, "a.mp4")


def test_a_committed_name_is_never_overwritten(storage: BlobStorage) -> None:
    commit(storage, "a.mp4")
    with pytest.raises(BlobExistsError):
        commit(storage, "a.mp4", upload_id="another")


def test_a_commit_repeated_by_its_own_upload_succeeds_with_the_same_etag(storage: BlobStorage) -> None:
    assert commit(storage, "a.mp4") == commit(storage, "a.mp4")


def test_cleared_blocks_are_gone_and_a_committed_blob_is_never_cleared(storage: BlobStorage) -> None:
    storage.stager("a.mp4")("00000000", b"x")
    storage.clear_blocks("a.mp4", seconds=5)
    with pytest.raises(StorageError):
        storage.commit("a.mp4", ["00000000"], content_type="video/mp4", metadata={}, upload_id="mine")
    commit(storage, "b.mp4")
    with pytest.raises(BlobExistsError):
        storage.clear_blocks("b.mp4", seconds=5)


def test_deleting_what_is_not_there_is_no_error(storage: BlobStorage) -> None:
    commit(storage, "a.mp4")
    storage.delete("a.mp4")
    storage.delete("a.mp4")


def test_errors_of_the_sdk_become_ours(client: StorageClient) -> None:
    blob = client.service.get_blob_client("no-such-container", "x")
    with pytest.raises(BlobNotFoundError):
        client.call(lambda _left: blob.get_blob_properties())


def test_storage_that_is_not_there_is_unavailable_within_the_limit(azurite: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{unused.getsockname()[1]}/devstoreaccount1"
        parts = dict(part.split("=", 1) for part in azurite.strip(";").split(";"))
        client = StorageClient(account(azurite.replace(parts["BlobEndpoint"], dead), timeout=0.5))
        with pytest.raises(StorageUnavailableError) as caught:
            BlobStorage(client, videos="videos", records="uploads").ping(seconds=0.5)
    assert caught.value.retry_after


def test_one_client_is_made_however_many_threads_ask(client: StorageClient) -> None:
    assert client.service is client.service
