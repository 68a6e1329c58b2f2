"""What is signed opens one blob, and a server's own credential is never handed on."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from azure.storage.blob import (
    AccountSasPermissions,
    BlobServiceClient,
    ResourceTypes,
    generate_account_sas,
)

from scripts.azurite import ACCOUNT_KEY, ACCOUNT_NAME
from services.storage.client import StorageAccount, StorageClient
from services.storage.errors import StorageError
from services.storage.signing import BlobSigner

SOON = datetime.now(UTC) + timedelta(hours=1)


def signer(connection_string: str) -> BlobSigner:
    account = StorageAccount(
        connection_string=connection_string,
        account_url=None,
        identity_client_id=None,
        api_version="2025-11-05",
        connections=2,
        timeout=10,
    )
    return BlobSigner(StorageClient(account), container="videos-signed")


@pytest.fixture
def film(azurite: str) -> str:
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as service:
        container = service.get_container_client("videos-signed")
        if not container.exists():
            container.create_container()
        container.upload_blob("ordner/f ü.mp4", b"bytes", overwrite=True)
    return "ordner/f ü.mp4"


def test_a_signed_url_reads_with_the_headers_it_was_given(azurite: str, film: str) -> None:
    url = signer(azurite).read_url(film, until=SOON, content_type="video/mp4", content_disposition="inline")
    answer = requests.get(url, timeout=10)
    assert (answer.content, answer.headers["Content-Type"]) == (b"bytes", "video/mp4")
    assert answer.headers["Content-Disposition"] == "inline"
    assert parse_qs(urlsplit(url).query)["sp"] == ["r"]


def test_a_credential_that_cannot_sign_reads_but_is_not_handed_on(azurite: str, film: str) -> None:
    signature = generate_account_sas(
        ACCOUNT_NAME,
        ACCOUNT_KEY,
        resource_types=ResourceTypes(object=True),
        permission=AccountSasPermissions(read=True),
        expiry=SOON,
    )
    endpoint = next(part for part in azurite.split(";") if part.startswith("BlobEndpoint="))
    signed = signer(f"{endpoint};SharedAccessSignature={signature}")
    assert requests.get(signed.own_url(film, until=SOON), timeout=10).content == b"bytes"
    with pytest.raises(StorageError):
        signed.read_url(film, until=SOON)
