"""Files of another container, or behind a signed address, are taken in through the guard."""

import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient, generate_blob_sas, generate_container_sas
from sqlalchemy import text

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.egress.errors import AddressNotAllowedError
from services.jobs.errors import BadInputError
from services.jobs.kinds import Work
from tests.accounts import Build
from tests.services.migration.conftest import TakeIn
from tests.services.migration.test_taking_in import library, names, statuses, unique


@pytest.fixture
def container(azurite: str) -> Iterator[ContainerClient]:
    """A container of another tool."""
    service = BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05")
    with service, service.get_container_client(f"elsewhere-{uuid.uuid4().hex[:8]}") as made:
        made.create_container()
        yield made


def signed(container: ContainerClient, *, blob: str | None = None, hours: int = 1) -> str:
    given = {
        "account_name": container.account_name,
        "container_name": container.container_name,
        "account_key": container.credential.account_key,
        "expiry": datetime.now(UTC) + timedelta(hours=hours),
    }
    if blob is not None:
        client = container.get_blob_client(blob)
        return f"{client.url}?{generate_blob_sas(**given, blob_name=blob, permission='r')}"
    return f"{container.url}?{generate_container_sas(**given, permission='rl')}"


def test_a_container_comes_in_whole_and_once(services: Services, container: ContainerClient, take_in: TakeIn) -> None:
    films = {"2019/Größe & mehr.mp4": unique(3_000_000, number=1), "a.mp4": unique(number=2)}
    for name, data in films.items():
        container.upload_blob(name, data)
    container.upload_blob("empty.mp4", b"")
    container.upload_blob("fake.mp4", b"no film at all, whatever its name says")
    container.upload_blob("half.mp4.part", b"half")
    results = take_in(signed(container))
    assert statuses(results) == {
        "2019/Größe & mehr.mp4": "taken",
        "a.mp4": "taken",
        "empty.mp4": "refused",
        "fake.mp4": "refused",
        "half.mp4.part": "skipped",
    }
    for name, data in films.items():
        video = services.library.videos.get(results[name]["video"], by=SYSTEM)
        assert services.platform.blob_storage().read(video.id, offset=0, size=video.size) == data
        assert video.sha256
    container.upload_blob("b.mp4", unique(number=3))
    container.upload_blob("a.mp4", unique(number=4), overwrite=True)
    again = statuses(take_in(signed(container, hours=2)))
    assert (again["2019/Größe & mehr.mp4"], again["a.mp4"], again["b.mp4"]) == ("known", "taken", "taken")
    assert len(library(services)) == 4


def test_one_file_comes_in_by_its_address(services: Services, container: ContainerClient, take_in: TakeIn) -> None:
    container.upload_blob("deep/film.mp4", unique())
    assert statuses(take_in(signed(container, blob="deep/film.mp4"))) == {"film.mp4": "taken"}
    assert statuses(take_in(signed(container, blob="deep/film.mp4", hours=3))) == {"film.mp4": "known"}
    assert names(services) == ["film.mp4"]


def test_a_file_that_cannot_be_reached_for_once_does_not_come_twice(
    services: Services, container: ContainerClient, take_in: TakeIn
) -> None:
    container.upload_blob("film.mp4", unique())
    [first] = take_in(signed(container, blob="film.mp4")).values()
    [failed] = take_in(signed(container, blob="film.mp4", hours=-1)).values()
    assert (failed["status"], failed["video"]) == ("failed", first["video"])
    [again] = take_in(signed(container, blob="film.mp4")).values()
    assert (again["status"], again["video"]) == ("known", first["video"])
    assert len(library(services)) == 1


def test_a_blob_that_was_archived_for_a_while_does_not_come_twice(
    services: Services, container: ContainerClient, take_in: TakeIn
) -> None:
    blob = container.upload_blob("film.mp4", unique())
    assert statuses(take_in(signed(container))) == {"film.mp4": "taken"}
    blob.set_standard_blob_tier("Archive")
    assert statuses(take_in(signed(container))) == {"film.mp4": "failed"}
    blob.set_standard_blob_tier("Hot")
    assert statuses(take_in(signed(container))) == {"film.mp4": "known"}
    assert len(library(services)) == 1


def test_a_signature_that_has_ended_is_told_of_and_no_signature_is_kept_in_the_open(
    services: Services, container: ContainerClient, take_in: TakeIn
) -> None:
    container.upload_blob("film.mp4", unique())
    with pytest.raises(BadInputError, match="answered 403"):
        take_in(signed(container, hours=-1))
    results = take_in(signed(container, blob="film.mp4", hours=-1))
    assert results["film.mp4"]["status"] == "failed"
    assert "signature" in results["film.mp4"]["detail"]
    with services.platform.databases.durable.reading() as connection:
        for table in ("reelgate_migrations", "reelgate_migrated_files", "reelgate_jobs"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                assert "sig=" not in str(row)


def test_inward_addresses_are_refused_unless_they_are_named(build: Build, azurite: str) -> None:
    begin = build().migration.migrations.begin_remote
    for url in ("http://127.0.0.1:10000/account/films?sig=x", "http://2130706433/film.mp4", "http://[::1]/film.mp4"):
        with pytest.raises(AddressNotAllowedError):
            begin(url, by=SYSTEM)


class Fragile(BaseHTTPRequestHandler):
    """Breaks off after some bytes, and has parts."""

    data = unique(2_000_000)
    etag: ClassVar[str] = '"1"'
    changing: ClassVar[bool] = False

    def do_GET(self) -> None:
        """What is asked for, or a part of that part."""
        begin, _, end = self.headers["Range"].removeprefix("bytes=").partition("-")
        first, last = int(begin), int(end)
        part = self.data[first : last + 1]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(self.data)}")
        self.send_header("Content-Length", str(len(part)))
        self.send_header("ETag", '"2"' if self.changing and first else self.etag)
        self.end_headers()
        self.wfile.write(part[:700_000])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing is to be read."""


@pytest.fixture
def fragile() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Fragile) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("changing", [False, True])
def test_what_breaks_off_goes_on_and_what_changes_meanwhile_does_not_come_in(
    build: Build, fragile: ThreadingHTTPServer, changing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fragile, "changing", changing)
    services = build(egress_allow_hosts=(f"127.0.0.1:{fragile.server_port}",))
    services.platform.blob_storage().prepare()
    url = f"http://127.0.0.1:{fragile.server_port}/film.mp4?X-Amz-Signature=abc"
    job = services.migration.migrations.begin_remote(url, by=SYSTEM)
    kind = services.jobs.kinds.get(job.kind)
    assert kind is not None
    [result] = kind.run(Work(job=job, tell_progress=lambda _: None)) or ()
    if changing:
        assert (result["status"], result["detail"]) == ("failed", "The file was changed while it was fetched.")
        assert names(services) == []
    else:
        assert result["status"] == "taken"
        video = services.library.videos.get(result["video"], by=SYSTEM)
        assert services.platform.blob_storage().read(video.id, offset=0, size=video.size) == Fragile.data
