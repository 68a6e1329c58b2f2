"""What a clip service has left in the account is seen by the doctor and taken over, pictures included."""

import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from azure.storage.blob import BlobServiceClient

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.jobs.kinds import Work
from services.migration.account_place import layouts_among
from services.migration.errors import InvalidFolderError
from tests.services.migration.test_taking_in import library, unique

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 100


@pytest.fixture
def left(azurite: str) -> Iterator[str]:
    """The name of a layout with two videos and a clip."""
    name = f"team-{uuid.uuid4().hex[:8]}"
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as service:
        blobs = {part: service.create_container(f"{name}-{part}") for part in ("videos", "clips", "thumbnails", "temp")}
        blobs["videos"].upload_blob("v1_film.mp4", unique(2_000_000))
        blobs["videos"].upload_blob("notes.txt", b"no film")
        said = {"video_id": "v1_film.mp4", "start_time": "1.5", "end_time": "3", "title": "The%20boat", "views": "3"}
        blobs["clips"].upload_blob("c1.mp4", unique(number=1), metadata=said)
        blobs["clips"].upload_blob("c2.mp4", unique(number=2), metadata={"start_time": "x"})
        blobs["thumbnails"].upload_blob("c1_thumb.jpg", JPEG)
        blobs["thumbnails"].upload_blob("v1_film.jpg", b"no picture")
        blobs["temp"].upload_blob("half.mp4", unique(number=3))
        yield name
        for each in blobs.values():
            each.delete_container()


def run(services: Services, name: str) -> dict[str, dict[str, str]]:
    job = services.migration.migrations.begin_cliplink(name, by=SYSTEM)
    claim = services.jobs.store.claim_one(job.id, worker="a test")
    kind = services.jobs.kinds.get(job.kind)
    assert claim is not None
    assert kind is not None
    results = kind.run(Work(job=replace(claim.job), tell_progress=lambda _: None))
    services.jobs.store.finish(claim, results=results)
    return {each["id"]: dict(each) for each in results or ()}


def test_it_is_taken_over_once_with_clips_and_pictures(services: Services, left: str) -> None:
    results = run(services, left)
    assert {path: each["status"] for path, each in results.items()} == {
        "videos/v1_film.mp4": "taken",
        "videos/notes.txt": "refused",
        "clips/c1.mp4": "taken",
        "clips/c2.mp4": "taken",
    }
    clip = services.library.videos.get(results["clips/c1.mp4"]["video"], by=SYSTEM)
    assert clip.title == "The boat"
    assert clip.clip is not None
    film = results["videos/v1_film.mp4"]["video"]
    assert (clip.clip.video_id, clip.clip.start, clip.clip.end) == (film, 1.5, 3)
    choice = services.media.chosen.choice(clip, by=SYSTEM)
    assert choice is not None
    assert services.media.chosen.picture(clip, choice, by=SYSTEM) == JPEG
    # What is no picture is none, and the film is there all the same.
    assert services.media.chosen.choice(services.library.videos.get(film, by=SYSTEM), by=SYSTEM) is None
    assert len(library(services)) == 3
    assert sorted(each["status"] for each in run(services, left).values()) == ["known", "known", "known", "refused"]


def test_the_doctor_sees_it(services: Services, left: str) -> None:
    findings = {each.name: each for each in services.operations.doctor.check()}
    assert f"migrate --cliplink {left}" in findings["clip service"].detail
    assert findings["clip service"].ok


@pytest.mark.parametrize("name", ["none-at-all", "", "../x", "a" * 60, "Team"])
def test_what_is_not_there_is_not_taken_over(services: Services, name: str) -> None:
    with pytest.raises(InvalidFolderError):
        services.migration.migrations.begin_cliplink(name, by=SYSTEM)


def test_our_own_containers_are_no_such_layout() -> None:
    names = ["our-videos", "our-clips", "a-videos", "a-clips", "b-videos", "c-clips"]
    assert layouts_among(names, own="our-videos") == ["a"]
