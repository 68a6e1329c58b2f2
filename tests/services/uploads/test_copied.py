"""Storage fetches a file block by block, and goes on where it was killed."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from azure.storage.blob import BlobServiceClient, generate_blob_sas

from config import Secret
from services.actors.actor import SYSTEM
from services.assembly import Services
from services.storage.blobs import BlobStorage, BlockSource
from services.storage.errors import (
    BlobChangedError,
    SourceDamagedError,
    SourceUnavailableError,
    StorageError,
    StorageUnavailableError,
    StorageUnsupportedError,
)
from services.uploads.copied import CopiedUploads, FileElsewhere
from services.uploads.uploads import Candidate, Draft
from tests.accounts import Build
from tests.fetching_storage import FetchingStorage, running_fetching_storage
from tests.videos import mp4
from utils.signatures import SNIFF_BYTES
from utils.sizes import MIB

FILM = mp4(3 * MIB) + b"tail"


@pytest.fixture
def storage(azurite: str) -> Iterator[FetchingStorage]:
    with running_fetching_storage(azurite) as running:
        yield running


@pytest.fixture
def services(build: Build, storage: FetchingStorage) -> Services:
    """The services of one process, whose storage can fetch."""
    made = build(azure_storage_connection_string=Secret(storage.connection_string))
    made.platform.blob_storage().prepare()
    return made


@pytest.fixture
def file(azurite: str) -> FileElsewhere:
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as service:
        container = service.get_container_client("films-elsewhere")
        if not container.exists():
            container.create_container()
        blob = container.get_blob_client("film.mp4")
        etag = str(blob.upload_blob(FILM, overwrite=True)["etag"]).strip('"')
        signature = generate_blob_sas(
            account_name=str(service.account_name),
            container_name="films-elsewhere",
            blob_name="film.mp4",
            account_key=service.credential.account_key,
            permission="r",
            expiry=datetime.now(UTC) + timedelta(hours=1),
        )
    return FileElsewhere(url=f"{blob.url}?{signature}", etag=etag, size=len(FILM), head=FILM[:SNIFF_BYTES])


def copied(services: Services) -> CopiedUploads:
    """With blocks of one MiB."""
    return CopiedUploads(services.platform.blob_storage(), services.uploads.whole, block_size=MIB)


def draft(services: Services) -> Draft:
    candidate = Candidate(filename="film.mp4", length=len(FILM))
    return services.uploads.whole.draft(candidate, door="migration", by=SYSTEM)


def nothing() -> None:
    """Let the work go on."""


def stored(services: Services, name: str) -> bytes:
    return services.platform.blob_storage().read(name, offset=0, size=len(FILM) + 1)


def test_a_film_comes_in_by_blocks(services: Services, storage: FetchingStorage, file: FileElsewhere) -> None:
    to_be = draft(services)
    video = copied(services).take(to_be, file, go_on=nothing, by=SYSTEM)
    assert (video.id, video.size, video.content_type, video.sha256) == (to_be.name, len(FILM), "video/mp4", None)
    assert stored(services, to_be.name) == FILM
    ranges = [each for _, each in storage.fetched]
    assert ranges == [f"bytes={at * MIB}-{min((at + 1) * MIB, len(FILM)) - 1}" for at in range(4)]


def test_what_was_fetched_before_a_kill_is_not_fetched_again(
    services: Services, storage: FetchingStorage, file: FileElsewhere
) -> None:
    to_be, calls = draft(services), iter((None, None))

    def killed() -> None:
        if next(calls, "over") == "over":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copied(services).take(to_be, file, go_on=killed, by=SYSTEM)
    assert len(storage.fetched) == 2
    copied(services).take(to_be, file, go_on=nothing, by=SYSTEM)
    assert len(storage.fetched) == 4
    assert stored(services, to_be.name) == FILM
    # One that comes too late is told of the video that is there.
    again = copied(services).take(to_be, file, go_on=nothing, by=SYSTEM)
    assert again.id == to_be.name
    assert stored(services, to_be.name) == FILM


def test_another_version_of_the_file_does_not_come_in(services: Services, file: FileElsewhere) -> None:
    to_be = draft(services)
    with pytest.raises(BlobChangedError):
        copied(services).take(to_be, replace(file, etag="0x123"), go_on=nothing, by=SYSTEM)
    assert services.platform.blob_storage().upload_of(to_be.name) is None


def test_the_digest_of_a_file_of_one_block_is_compared(services: Services, file: FileElsewhere) -> None:
    whole = CopiedUploads(services.platform.blob_storage(), services.uploads.whole)
    with pytest.raises(SourceDamagedError):
        whole.take(draft(services), replace(file, md5=bytes(16)), go_on=nothing, by=SYSTEM)
    right = hashlib.md5(FILM, usedforsecurity=False).digest()
    whole.take(draft(services), replace(file, md5=right), go_on=nothing, by=SYSTEM)


def test_storage_that_cannot_fetch_says_so(build: Build, file: FileElsewhere) -> None:
    services = build()
    services.platform.blob_storage().prepare()
    with pytest.raises(StorageUnsupportedError):
        copied(services).take(draft(services), file, go_on=nothing, by=SYSTEM)


def ready(services: Services) -> BlobStorage:
    """Asks for nothing but blocks."""
    blobs = services.platform.blob_storage()
    blobs.prepare()
    return blobs


def fetch(
    blobs: BlobStorage, file: FileElsewhere, number: int = 0, *, seconds: float | None = None
) -> StorageError | None:
    source = BlockSource(url=file.url, offset=0, size=10, etag=file.etag)
    try:
        blobs.stage_from_url(f"v{number}", "c0", source, seconds=seconds)
    except StorageError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, StorageError),
        (404, BlobChangedError),
        (409, BlobChangedError),
        (429, SourceUnavailableError),
        (500, SourceUnavailableError),
        (503, SourceUnavailableError),
    ],
)
def test_what_a_source_answers_says_nothing_against_storage(
    services: Services, storage: FetchingStorage, file: FileElsewhere, status: int, kind: type[StorageError]
) -> None:
    blobs = ready(services)
    storage.source_answers = status
    for number in range(7):
        assert type(fetch(blobs, file, number)) is kind
    assert services.platform.client.circuit.closed
    if kind is SourceUnavailableError:
        assert storage.proxy.count("PUT", "comp=block&") == 7 * 3


def test_slow_sources_say_nothing_against_storage(
    services: Services, storage: FetchingStorage, file: FileElsewhere
) -> None:
    blobs = ready(services)
    storage.slow_seconds = 10
    with ThreadPoolExecutor(8) as pool:
        errors = list(pool.map(lambda number: fetch(blobs, file, number, seconds=1), range(8)))
    assert {type(each) for each in errors} == {SourceUnavailableError}
    assert services.platform.client.circuit.closed
    storage.slow_seconds = 0
    assert fetch(blobs, file, 9) is None


def test_storage_that_breaks_off_while_it_fetches_is_not_known_to_be_away(
    services: Services, storage: FetchingStorage, file: FileElsewhere
) -> None:
    blobs = ready(services)
    storage.proxy.choose = lambda _method, path: "reset" if "comp=block&" in path else None
    for number in range(7):
        assert type(fetch(blobs, file, number)) is SourceUnavailableError
    assert services.platform.client.circuit.closed


def test_storage_that_is_busy_itself_is_counted(
    services: Services, storage: FetchingStorage, file: FileElsewhere
) -> None:
    blobs = ready(services)
    storage.proxy.choose = lambda _method, path: "503" if "comp=block&" in path else None
    for number in range(6):
        assert type(fetch(blobs, file, number, seconds=0.1)) is StorageUnavailableError
    assert not services.platform.client.circuit.closed
