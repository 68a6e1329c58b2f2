"""Blocks reach storage without the SDK: by key, by signature, by identity, through faults."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from azure.storage.blob import AccountSasPermissions, ResourceTypes, generate_account_sas

from scripts.azurite import ACCOUNT_KEY, ACCOUNT_NAME, running_azurite
from services.storage import signing as azure_sas
from services.storage.blobs import BlobStorage
from services.storage.blocks import Pieces
from services.storage.client import StorageClient
from services.storage.errors import BlobNotFoundError, StorageUnavailableError
from services.storage.signing import BlobSigner
from tests.fault_proxy import Fault, running_fault_proxy
from tests.identity import running_cloud
from tests.server import eventually
from tests.services.storage.contract.test_storage import account

NAME = "20261121T000000000Z_f ü&=.mp4"
PIECES = Pieces([b"one, ", b"two"], size=8)


def storage_of(client: StorageClient) -> BlobStorage:
    return BlobStorage(client, videos=f"v-{uuid.uuid4().hex[:12]}", records=f"r-{uuid.uuid4().hex[:12]}")


def stores(storage: BlobStorage) -> bytes:
    """What storage has of a video after a block was staged and committed."""
    storage.stager(NAME)("00000000", PIECES)
    storage.commit(NAME, ["00000000"], content_type="video/mp4", metadata={"upload_id": "x"}, upload_id="x")
    return storage.read(NAME, offset=0, size=8)


@pytest.fixture
def by_signature(azurite: str) -> str:
    signature = generate_account_sas(
        ACCOUNT_NAME,
        ACCOUNT_KEY,
        resource_types=ResourceTypes(container=True, object=True),
        permission=AccountSasPermissions(read=True, write=True, create=True, list=True),
        expiry=datetime.now(UTC) + timedelta(hours=1),
    )
    endpoint = next(part for part in azurite.split(";") if part.startswith("BlobEndpoint="))
    return f"{endpoint};SharedAccessSignature={signature}"


@pytest.fixture
def by_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StorageClient]:
    """Entered by a token, over https, by a client that has no key."""
    with running_cloud(tmp_path) as cloud, running_azurite(certificate=cloud.certificate) as azurite:
        monkeypatch.setenv("IDENTITY_ENDPOINT", cloud.identity_endpoint)
        monkeypatch.setenv("IDENTITY_HEADER", "secret")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cloud.certificate))
        yield StorageClient(replace(account(""), connection_string=None, account_url=azurite.endpoint))


def test_a_key_a_signature_and_an_identity_all_open_storage(
    azurite: str, by_signature: str, by_identity: StorageClient
) -> None:
    assert stores(storage_of(StorageClient(account(azurite)))) == b"one, two"
    assert stores(storage_of(StorageClient(account(by_signature)))) == b"one, two"
    assert stores(storage_of(by_identity)) == b"one, two"


@pytest.mark.parametrize("fault", ["503", "reset", "lost answer", "slow"])
def test_a_fault_is_tried_again_with_the_same_bytes(azurite: str, fault: Fault) -> None:
    with running_fault_proxy(azurite) as proxy:
        storage = storage_of(StorageClient(account(proxy.connection_string, timeout=20)))
        storage.prepare()
        faults = iter([fault])
        proxy.choose = lambda _method, path: next(faults, None) if "comp=block&" in path else None
        assert stores(storage) == b"one, two"
        assert proxy.count("PUT", "comp=block&") == (1 if fault == "slow" else 2)


def test_what_fails_says_so_in_our_words_and_without_the_signature(azurite: str) -> None:
    client = StorageClient(account(azurite))
    storage = storage_of(client)
    stager = storage.stager(NAME)
    client.service.delete_container(storage.names[0])
    with pytest.raises(BlobNotFoundError):
        stager("00000000", b"x")
    client.session.proxies["http"] = "http://127.0.0.1:9"
    with pytest.raises(StorageUnavailableError) as caught:
        stager("00000000", b"x")
    assert "sig" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_signature_serves_until_it_is_time_for_another(azurite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = BlobSigner(StorageClient(account(azurite)), container="videos")

    def signature() -> list[str]:
        return parse_qs(urlsplit(signer.staging_url("a", "comp=block")).query)["sig"]

    monkeypatch.setattr(azure_sas, "_STAGING_RENEWED", timedelta(seconds=2))
    first = signature()
    assert signature() == first
    eventually(lambda: signature() != first)
