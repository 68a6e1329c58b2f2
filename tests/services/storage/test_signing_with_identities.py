"""Signed URLs for writing, down to the string that is signed."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from services.storage.client import StorageAccount, StorageClient
from services.storage.signing import BlobSigner
from tests.identity import DELEGATION_KEY, OBJECT_ID, TENANT_ID, running_cloud

NAME = "20261121T000000000Z_" + "0" * 32 + "_film.mp4"
UNTIL = datetime(2026, 11, 21, 1, tzinfo=UTC)


def signer(*, api_version: str, connection_string: str | None = None, account_url: str | None = None) -> BlobSigner:
    account = StorageAccount(
        connection_string=connection_string,
        account_url=account_url,
        identity_client_id=None,
        api_version=api_version,
        connections=2,
        timeout=10,
    )
    return BlobSigner(StorageClient(account), container="videos")


def fields(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest.fixture
def by_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BlobSigner]:
    with running_cloud(tmp_path) as cloud:
        monkeypatch.setenv("IDENTITY_ENDPOINT", cloud.identity_endpoint)
        monkeypatch.setenv("IDENTITY_HEADER", "secret")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cloud.certificate))
        yield signer(api_version="2026-06-06", account_url=cloud.account_url)


@pytest.mark.parametrize(("api_version", "permission"), [("2025-11-05", "cw"), ("2026-06-06", "c")])
def test_leave_to_write_is_given_only_where_staging_needs_it(azurite: str, api_version: str, permission: str) -> None:
    url = signer(api_version=api_version, connection_string=azurite).write_url(NAME, until=UNTIL, https_only=False)
    assert (fields(url)["sp"], fields(url)["sr"]) == (permission, "b")


def test_the_url_can_be_bound_to_https_and_to_an_address(azurite: str) -> None:
    local = signer(api_version="2025-11-05", connection_string=azurite)
    bound = fields(local.write_url(NAME, until=UNTIL, https_only=True, client_ip="203.0.113.7"))
    free = fields(local.write_url(NAME, until=UNTIL, https_only=False))
    assert (bound["spr"], bound["sip"], bound["se"]) == ("https", "203.0.113.7", "2026-11-21T01:00:00Z")
    assert (free["spr"], free.get("sip")) == ("https,http", None)


def test_an_identity_signs_with_a_key_of_its_own(by_identity: BlobSigner) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    url = by_identity.write_url(NAME, until=until, https_only=True, client_ip="203.0.113.7")
    signed, account = fields(url), urlsplit(url).path.split("/")[1]
    assert (signed["skoid"], signed["sktid"], signed["sks"]) == (OBJECT_ID, TENANT_ID, "b")
    assert (signed["sp"], signed["sr"], signed["spr"]) == ("c", "b", "https")
    # In the order of the documentation of user-delegation signatures; what is not used is an empty line.
    names = ["skoid", "sktid", "skt", "ske", "sks", "skv", "saoid", "suoid", "scid", "skdutid", "sduoid"]
    names += ["sip", "spr", "sv", "sr", "snapshot", "ses", "srh", "srq", "rscc", "rscd", "rsce", "rscl", "rsct"]
    to_sign = [
        signed["sp"],
        "",
        signed["se"],
        f"/blob/{account}/videos/{NAME}",
        *(signed.get(name, "") for name in names),
    ]
    assert signed["sig"] == signature(DELEGATION_KEY, "\n".join(to_sign))
    assert signature(DELEGATION_KEY, "\n".join(to_sign).replace("\nhttps\n", "\nhttp\n")) != signed["sig"]


def signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(base64.b64decode(key), text.encode(), hashlib.sha256)).decode()
