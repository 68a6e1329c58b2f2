"""What storage can fetch by itself does not pass through here, and is checked all the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.storage.blob import ContainerClient, ContentSettings

from config import Secret
from services.actors.actor import SYSTEM
from services.assembly import Services
from services.migration.storage_fetch import storage_may_fetch
from tests.accounts import Build
from tests.fetching_storage import FetchingStorage, running_fetching_storage
from tests.services.migration.conftest import TakeIn
from tests.services.migration.test_cliplink import left, run  # noqa: F401 - a fixture
from tests.services.migration.test_elsewhere import container, signed  # noqa: F401 - a fixture
from tests.services.migration.test_taking_in import library, names, statuses, unique

SIGNED = "?sv=2025-11-05&sr=c&sp=rl&sig=abc"


@pytest.fixture
def storage(azurite: str) -> Iterator[FetchingStorage]:
    with running_fetching_storage(azurite) as running:
        yield running


@pytest.fixture
def services(build: Build, folder: Path, azurite: str, storage: FetchingStorage) -> Services:
    """The services of one process, whose storage can fetch."""
    endpoint = azurite.partition("BlobEndpoint=http://")[2].partition("/")[0]
    connection = Secret(storage.connection_string)
    made = build(migration_dir=folder, egress_allow_hosts=(endpoint,), azure_storage_connection_string=connection)
    made.platform.blob_storage().prepare()
    return made


def content(services: Services, video_id: str) -> bytes:
    video = services.library.videos.get(video_id, by=SYSTEM)
    return services.platform.blob_storage().read(video.id, offset=0, size=video.size)


def blocks_sent(storage: FetchingStorage) -> int:
    return storage.proxy.count("PUT", "comp=block&") - len(storage.fetched)


def test_storage_fetches_a_container_by_itself(
    services: Services,
    storage: FetchingStorage,
    container: ContainerClient,  # noqa: F811
    take_in: TakeIn,
) -> None:
    films = {"2019/Größe & mehr.mp4": unique(3_000_000, number=1), "a.mp4": unique(number=2)}
    for name, data in films.items():
        container.upload_blob(name, data)
    container.upload_blob("fake.mp4", b"no film at all, whatever its name says")
    results = take_in(signed(container))
    assert statuses(results) == dict.fromkeys(films, "taken") | {"fake.mp4": "refused"}
    assert {name: content(services, results[name]["video"]) for name in films} == films
    assert len(storage.fetched) == 2
    assert blocks_sent(storage) == 0
    assert set(statuses(take_in(signed(container, hours=2))).values()) == {"known", "refused"}
    assert len(storage.fetched) == 2


def test_what_storage_may_not_fetch_passes_through_here(
    services: Services,
    storage: FetchingStorage,
    container: ContainerClient,  # noqa: F811
    take_in: TakeIn,
) -> None:
    storage.refused_after = 0
    data = unique(100_000)
    container.upload_blob("film.mp4", data)
    [result] = take_in(signed(container)).values()
    assert result["status"] == "taken"
    assert content(services, result["video"]) == data
    assert services.library.videos.get(result["video"], by=SYSTEM).sha256
    assert names(services) == ["film.mp4"]


def test_a_file_that_is_not_what_its_own_digest_names_does_not_come_in(
    services: Services,
    storage: FetchingStorage,
    container: ContainerClient,  # noqa: F811
    take_in: TakeIn,
) -> None:
    wrong = ContentSettings(content_type="video/mp4", content_md5=bytearray(16))
    container.upload_blob("film.mp4", unique()).set_http_headers(wrong)
    [result] = take_in(signed(container)).values()
    assert (result["status"], result["detail"]) == ("failed", "Its bytes are not those that its own MD5 names.")
    assert names(services) == []
    assert storage.fetched == []


def test_what_lies_in_the_same_account_is_copied_there(
    services: Services,
    storage: FetchingStorage,
    left: str,  # noqa: F811
) -> None:
    results = run(services, left)
    assert [each["status"] for each in results.values()].count("taken") == 3
    assert len(storage.fetched) == 3
    assert blocks_sent(storage) == 0
    assert content(services, results["videos/v1_film.mp4"]["video"]) == unique(2_000_000)
    assert len(library(services)) == 3


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://other.blob.core.windows.net/films/a.mp4{SIGNED}", True),
        ("https://s3.example/a.mp4?X-Amz-Signature=abc&X-Amz-Date=1", True),
        ("https://friend.example/a.mp4?sig=abc", False),
        ("https://friend.example/a.mp4", False),
    ],
)
def test_only_what_azure_or_s3_has_signed_is_fetched_by_storage(url: str, expected: bool) -> None:
    assert storage_may_fetch(url) is expected
