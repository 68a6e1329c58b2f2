"""Videos in containers of persons are written, read, listed, copied, signed and deleted there, and nowhere else."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import requests

from services.storage.blobs import BlobStorage
from services.storage.client import StorageClient
from services.storage.containers import VideoContainers
from services.storage.copies import BlobCopies
from services.storage.direct import DirectBlobs
from services.storage.errors import BlobNotFoundError
from services.storage.signing import BlobSigner
from services.storage.videos import VideoBlobs
from services.videos.homes import PLAIN
from tests.services.storage.contract.test_storage import account

HERS, HIS = "~p-aaaa0000~film.mp4", "~p-bbbb1111~film.mp4"


@pytest.fixture
def client(azurite: str) -> StorageClient:
    return StorageClient(account(azurite, timeout=10.0))


@pytest.fixture
def containers() -> VideoContainers:
    return VideoContainers(f"v-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def storage(client: StorageClient, containers: VideoContainers) -> BlobStorage:
    return BlobStorage(client, videos=containers, records=f"{containers.plain}-uploads")


@pytest.fixture
def videos(client: StorageClient, containers: VideoContainers) -> VideoBlobs:
    return VideoBlobs(client, videos=containers, records=f"{containers.plain}-uploads")


def commit(storage: BlobStorage, id_: str, content: bytes = b"content") -> None:
    storage.stager(id_)("00000000", content)
    storage.commit(id_, ["00000000"], content_type="video/mp4", metadata={"upload_id": "mine"}, upload_id="mine")


def names(client: StorageClient, containers: VideoContainers) -> list[str]:
    return [each.name for each in client.service.list_containers(containers.plain)]


def test_bytes_lie_in_the_container_that_the_id_names(
    client: StorageClient, containers: VideoContainers, storage: BlobStorage, videos: VideoBlobs
) -> None:
    for id_, content in (("film.mp4", b"plain"), (HERS, b"hers"), (HIS, b"his")):
        commit(storage, id_, content)
    for container, content in (("", b"plain"), ("-p-aaaa0000", b"hers"), ("-p-bbbb1111", b"his")):
        blob = client.service.get_blob_client(containers.plain + container, "film.mp4")
        assert blob.download_blob().readall() == content
    assert storage.read(HERS, offset=0, size=4) == b"hers"
    assert videos.head(HIS, 3) == b"his"
    assert storage.upload_of(HERS) == "mine"
    found = videos.describe(HERS)
    assert found.name == HERS
    etag = videos.set_metadata(HERS, {"title": "Hers"}, etag=found.etag)
    assert videos.describe(HERS).metadata == {"title": "Hers"}
    assert videos.describe(HIS).metadata == {"upload_id": "mine"}
    videos.delete(HERS, etag=etag)
    with pytest.raises(BlobNotFoundError):
        videos.describe(HERS)
    assert storage.read("film.mp4", offset=0, size=5) + storage.read(HIS, offset=0, size=3) == b"plainhis"


def test_containers_of_persons_are_private_and_listed_by_their_exact_form(
    client: StorageClient, containers: VideoContainers, storage: BlobStorage, videos: VideoBlobs
) -> None:
    assert videos.homes() == [PLAIN]
    commit(storage, HIS)
    commit(storage, HERS)
    for strange in ("-p-zzzzzzzz", "-p-1234", "-p-aaaa0000-uploads"):
        client.service.create_container(containers.plain + strange)
    assert videos.homes() == [PLAIN, "aaaa0000", "bbbb1111"]
    blob = client.service.get_blob_client(f"{containers.plain}-p-aaaa0000", "film.mp4")
    assert requests.get(blob.url, timeout=10).status_code in {403, 404}
    assert [each.name for page in videos.pages("aaaa0000") for each in page] == [HERS]


def test_a_plain_blob_cannot_pretend_to_lie_elsewhere(
    client: StorageClient, containers: VideoContainers, storage: BlobStorage, videos: VideoBlobs
) -> None:
    commit(storage, "film.mp4")
    for name in (HERS, "~p-zzzz~film.mp4"):
        client.service.get_blob_client(containers.plain, name).upload_blob(b"x")
    assert [each.name for page in videos.pages() for each in page] == ["film.mp4"]


def test_only_a_new_video_makes_a_container(
    client: StorageClient, containers: VideoContainers, storage: BlobStorage, videos: VideoBlobs
) -> None:
    storage.ping(seconds=5)
    there = names(client, containers)
    assert storage.staged(HERS) == {}
    assert storage.upload_of(HERS) is None
    storage.delete(HERS)
    for look in (lambda: videos.describe(HERS), lambda: storage.read(HERS, offset=0, size=1)):
        with pytest.raises(BlobNotFoundError):
            look()
    assert names(client, containers) == there
    storage.prepare(HERS)
    assert names(client, containers) == sorted([*there, f"{containers.plain}-p-aaaa0000"])


def test_a_container_is_asked_for_once_by_all_of_a_process(
    client: StorageClient, containers: VideoContainers, storage: BlobStorage
) -> None:
    commit(storage, HERS)
    asked: list[str] = []
    client.session.hooks["response"].append(lambda answer, **_: asked.append(answer.request.url))
    commit(BlobStorage(client, videos=containers, records=storage.names[1]), "~p-aaaa0000~other.mp4")
    assert not [url for url in asked if "restype=container" in url]


def test_signed_urls_and_copies_are_of_that_container(
    client: StorageClient, containers: VideoContainers, storage: BlobStorage
) -> None:
    commit(storage, HERS, b"hers")
    commit(storage, HIS, b"his")
    signer = BlobSigner(client, container=containers)
    url = signer.read_url(HERS, until=datetime.now(UTC) + timedelta(minutes=5))
    assert requests.get(url, timeout=10).content == b"hers"
    assert requests.get(url.replace("aaaa0000", "bbbb1111"), timeout=10).status_code == 403
    direct = DirectBlobs(client, signer, container=containers, https_only=False)
    new = "~p-aaaa0000~new.mp4"
    url = direct.write_url(new, until=datetime.now(UTC) + timedelta(minutes=5), client_ip=None)
    assert requests.put(f"{url}&comp=block&blockid=AAAA", data=b"new", timeout=10).status_code == 201
    assert direct.staged(new) == {"AAAA": 3}
    direct.commit(new, ["AAAA"])
    copies = BlobCopies(client, signer, container=containers)
    source = copies.look(new)
    assert source is not None
    assert (source.name, copies.committed_bytes(new)) == (new, 3)
    copies.start(source, "~p-aaaa0000~copy.mp4", metadata={"a": "b"})
    copies.discard(new)
    assert not copies.is_anything(new)
    assert storage.read("~p-aaaa0000~copy.mp4", offset=0, size=3) == b"new"
