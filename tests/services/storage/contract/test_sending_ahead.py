"""Blocks reach storage in pieces, as they come in: real storage, real sockets, and what goes wrong there."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import pytest

from services.storage.blobs import BlobStorage
from services.storage.client import StorageClient
from services.storage.errors import BlobNotFoundError, StorageUnavailableError
from services.storage.signing import BlobSigner
from services.storage.staging import BlockStager, BlockTransfer
from tests.fault_proxy import Fault, running_fault_proxy
from tests.services.storage.contract.test_staging import NAME, by_identity, by_signature, storage_of
from tests.services.storage.contract.test_storage import account
from utils.sizes import MIB

pytestmark = pytest.mark.thorough

__all__ = ["by_identity", "by_signature"]

CHUNKS = [bytes([number]) * MIB for number in range(9)]
WHOLE = b"".join(CHUNKS)


def send(storage: BlobStorage, block_id: str = "00000000") -> None:
    deliver(storage.stager(NAME).begin(block_id, len(WHOLE)))


def deliver(transfer: BlockTransfer) -> None:
    """Send all, and wait for the answer."""
    try:
        for chunk in CHUNKS:
            transfer.send(chunk)
    except StorageUnavailableError:
        transfer.abort()
        raise
    transfer.finish()


def stager_of(client: StorageClient) -> BlockStager:
    """A stager for storage that has no containers."""
    return BlockStager(client, BlobSigner(client, container="videos"), NAME)


def commit(storage: BlobStorage) -> bytes:
    """What storage has of the video once its only block is committed."""
    storage.commit(NAME, ["00000000"], content_type="video/mp4", metadata={"upload_id": "x"}, upload_id="x")
    return storage.read(NAME, offset=0, size=len(WHOLE))


@contextmanager
def listening(*, answers: bytes, reads: int = len(WHOLE)) -> Iterator[tuple[str, threading.Event]]:
    """Storage that reads nothing until the event, then so many bytes, and answers; its connection string."""
    go = threading.Event()

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            go.wait(timeout=20)
            left = reads
            head, _, body = connection.recv(1024).partition(b"\r\n\r\n")
            assert head.startswith(b"PUT ")
            left -= len(body)
            while left > 0 and (data := connection.recv(MIB)):
                left -= len(data)
            connection.sendall(answers)
            connection.settimeout(1)
            with suppress(OSError):  # Who hangs up with bytes unread takes the answer away.
                while connection.recv(MIB):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}/account"
        try:
            yield f"AccountName=account;AccountKey=a2V5;BlobEndpoint={endpoint};", go
        finally:
            go.set()
            thread.join()


def test_a_key_a_signature_and_an_identity_all_let_pieces_in(
    azurite: str, by_signature: str, by_identity: StorageClient
) -> None:
    for client in (StorageClient(account(azurite)), StorageClient(account(by_signature)), by_identity):
        storage = storage_of(client)
        send(storage)
        assert commit(storage) == WHOLE


def test_connections_are_used_again_and_those_that_storage_has_closed_are_not(azurite: str) -> None:
    client = StorageClient(account(azurite))
    storage = storage_of(client)
    used = []
    for _ in range(2):
        send(storage)
        connection = client.connections.take(seconds=5)
        used.append(connection)
        client.connections.keep(connection)
    assert used[0] is used[1]
    used[0].sock.shutdown(socket.SHUT_WR)  # Storage sees an end, and hangs up as well.
    assert used[0].sock.recv(1) == b""
    send(storage)
    assert commit(storage) == WHOLE
    with closing(client.connections.take(seconds=5)) as connection:
        assert connection is not used[0]


@pytest.mark.parametrize("fault", ["503", "reset", "lost answer", "silence"])
def test_what_breaks_says_so_and_its_connection_is_not_used_again(azurite: str, fault: Fault) -> None:
    with running_fault_proxy(azurite) as proxy:
        client = StorageClient(account(proxy.connection_string, timeout=6))
        storage = storage_of(client)
        storage.prepare()
        faults = iter([fault])
        proxy.choose = lambda _method, path: next(faults, None) if "comp=block&" in path else None
        with pytest.raises(StorageUnavailableError) as caught:
            send(storage)
        assert "sig" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
        send(storage)
        assert commit(storage) == WHOLE


def test_a_block_that_is_not_whole_leaves_nothing_behind(azurite: str) -> None:
    storage = storage_of(StorageClient(account(azurite)))
    transfer = storage.stager(NAME).begin("00000000", len(WHOLE))
    transfer.send(CHUNKS[0])
    transfer.abort()
    send(storage, "00000001")
    assert list(storage.staged(NAME)) == ["00000001"]


def test_giving_up_before_the_first_byte_leaves_storage_and_the_connection_as_they_were(azurite: str) -> None:
    client = StorageClient(account(azurite))
    storage = storage_of(client)
    stager = storage.stager(NAME)
    first = client.connections.take(seconds=5)
    client.connections.keep(first)
    for _ in range(5):
        stager.begin("00000001", len(WHOLE)).abort()
    send(storage)
    assert commit(storage) == WHOLE
    with closing(client.connections.take(seconds=5)) as connection:
        assert connection is first


def test_an_answer_before_the_end_is_heard() -> None:
    hangs_up = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with listening(answers=hangs_up, reads=MIB) as (connection_string, go):
        client = StorageClient(account(connection_string))
        transfer = stager_of(client).begin("00000000", len(WHOLE))
        for chunk in CHUNKS:
            transfer.send(chunk)
        go.set()
        with pytest.raises(BlobNotFoundError):
            transfer.finish()
        assert client.circuit.closed


def test_who_is_asked_to_wait_waits() -> None:
    busy = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n"
    with listening(answers=busy) as (connection_string, go):
        transfer = stager_of(StorageClient(account(connection_string))).begin("00000000", len(WHOLE))
        go.set()
        started = time.monotonic()
        with pytest.raises(StorageUnavailableError):
            deliver(transfer)
        assert time.monotonic() - started >= 1


def test_a_token_that_cannot_be_sent_is_not_told(azurite: str) -> None:
    client = StorageClient(account(azurite))
    url = BlobSigner(client, container="videos").staging_url(NAME, "comp=block")
    transfer = BlockTransfer(client, url, {"Authorization": "Bearer se\ncret"}, seconds=5)
    with pytest.raises(StorageUnavailableError) as caught:
        transfer.send(b"x")
    transfer.abort()
    assert "cret" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_refusal_is_told_from_an_outage(azurite: str) -> None:
    client = StorageClient(account(azurite))
    storage = storage_of(client)
    stager = storage.stager(NAME)
    client.service.delete_container(storage.names[0])
    transfer = stager.begin("00000000", 1)
    transfer.send(b"x")
    with pytest.raises(BlobNotFoundError):
        transfer.finish()


def test_sending_waits_for_nobody_and_the_end_for_storage() -> None:
    created = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
    with listening(answers=created) as (connection_string, go):
        transfer = stager_of(StorageClient(account(connection_string))).begin("00000000", len(WHOLE))
        for chunk in CHUNKS:
            transfer.send(chunk)
        go.set()
        transfer.finish()


def test_nothing_is_begun_through_a_proxy_or_while_storage_is_away(
    azurite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = StorageClient(account(azurite))
    stager = storage_of(client).stager(NAME)
    for _ in range(10):
        with pytest.raises(StorageUnavailableError), client.circuit.attempt():
            raise StorageUnavailableError("away")
    with pytest.raises(StorageUnavailableError):
        stager.begin("00000000", 1)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    proxied = StorageClient(account(azurite))
    assert (client.connections.possible, proxied.connections.possible) == (True, False)
