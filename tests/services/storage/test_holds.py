"""Storage's own legal hold: set where the account has it, and done without where not."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from services.storage.client import StorageAccount, StorageClient
from services.storage.errors import BlobKeptError, BlobNotFoundError
from services.storage.holds import BlobHolds

_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def holds_of(connection_string: str, container: str = "videos") -> BlobHolds:
    return BlobHolds(client_of(connection_string), container=container)


def client_of(connection_string: str) -> StorageClient:
    return StorageClient(
        StorageAccount(
            connection_string=connection_string,
            account_url=None,
            identity_client_id=None,
            api_version="2025-11-05",
            connections=2,
            timeout=5,
        )
    )


@dataclass
class Immutable:
    """An account with version-level immutability, as its documents say: one blob, `film.mp4`, in three versions."""

    port: int = 0
    holds: dict[str, bool] = field(default_factory=lambda: {"1": False, "2": False, "": False})
    """By version; the newest has no name here."""

    @property
    def connection_string(self) -> str:
        endpoint = f"http://127.0.0.1:{self.port}/account"
        account = f"AccountName=account;AccountKey={_KEY}"
        return f"DefaultEndpointsProtocol=http;{account};BlobEndpoint={endpoint};"

    def listing(self, prefix: str) -> bytes:
        """All versions, and a blob whose name only begins alike."""
        blobs = [("film.mp4", each or "3", held) for each, held in self.holds.items()] + [("film.mp4.other", "1", True)]
        told = "".join(
            f"<Blob><Name>{name}</Name><VersionId>{version}</VersionId><Properties>"
            f"<BlobType>BlockBlob</BlobType><LegalHold>{str(held).lower()}</LegalHold></Properties></Blob>"
            for name, version, held in blobs
            if name.startswith(prefix)
        )
        return f'<?xml version="1.0"?><EnumerationResults><Blobs>{told}</Blobs></EnumerationResults>'.encode()


@pytest.fixture
def account() -> Iterator[Immutable]:
    immutable = Immutable()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            address = urlsplit(self.path)
            asked = parse_qs(address.query)
            if asked["comp"] != ["legalhold"] or not address.path.endswith("/videos/film.mp4"):
                self.answer(404, code="BlobNotFound")
                return
            version = asked.get("versionid", [""])[0]
            immutable.holds["" if version == "3" else version] = self.headers["x-ms-legal-hold"].lower() == "true"
            self.answer(200)

        def do_GET(self) -> None:
            self.answer(200, immutable.listing(parse_qs(urlsplit(self.path).query)["prefix"][0]))

        def do_DELETE(self) -> None:
            self.answer(409, code="BlobImmutableDueToLegalHold")

        def answer(self, status: int, body: bytes = b"", *, code: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            if code:
                self.send_header("x-ms-error-code", code)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        immutable.port = server.server_address[1]
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield immutable
        server.shutdown()
        thread.join()


def test_storage_holds_the_blob_and_lets_go_of_every_version(account: Immutable) -> None:
    holds = holds_of(account.connection_string)
    assert holds.put("film.mp4")
    assert account.holds == {"1": False, "2": False, "": True}
    # A change of the metadata has left the hold on the version before.
    account.holds.update({"1": True, "2": True})
    assert holds.lift("film.mp4")
    assert account.holds == {"1": False, "2": False, "": False}


def test_what_storage_keeps_is_told_apart_from_what_somebody_else_has_changed(account: Immutable) -> None:
    blob = client_of(account.connection_string)
    with pytest.raises(BlobKeptError):
        blob.call(lambda within: blob.service.get_blob_client("videos", "film.mp4").delete_blob(**within))


def test_a_blob_that_is_not_there_is_said(account: Immutable) -> None:
    with pytest.raises(BlobNotFoundError):
        holds_of(account.connection_string).put("none.mp4")


def test_storage_without_holds_is_done_without(azurite: str) -> None:
    client, container = client_of(azurite), f"unheld-{uuid.uuid4().hex[:8]}"
    client.service.create_container(container).upload_blob("film.mp4", b"x")
    holds = BlobHolds(client, container=container)
    assert not holds.put("film.mp4")
    assert not holds.lift("film.mp4")
    assert client.circuit.closed
