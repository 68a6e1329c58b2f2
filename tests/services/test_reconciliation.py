"""The catalogue is made to say what the container says, while both change."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient, ContentSettings

from config import Secret, Settings
from services import Services, build_services
from services.azure_videos import PENDING
from services.catalogue import PageQuery
from services.errors import RebuildRunningError, VideoNotFoundError
from services.library import Change
from services.uploads import Candidate
from services.video import Video
from tests.bodies import Bytes
from tests.videos import mp4


@dataclass(frozen=True)
class House:
    """The services, and storage past them."""

    services: Services
    videos: ContainerClient
    records: ContainerClient
    settings: Settings

    def upload(self, name: str = "film.mp4", *, content: bytes = mp4(3000)) -> Video:
        upload = self.services.uploads.begin(Candidate(filename=name), door="put")
        for chunk in self.services.intake.chunks(Bytes(content), door="put"):
            upload.write(chunk)
        return self.services.uploads.finish([upload])[0]

    def listed(self, **query: Any) -> list[Video]:
        return list(self.services.library.page(PageQuery(limit=200, **query)).videos)

    def drift(self) -> None:
        self.services.reconciliation.check_drift()

    def rebuild(self) -> None:
        self.services.reconciliation.rebuild()

    def lose_the_database(self) -> None:
        for file in self.settings.data_dir.glob("catalogue.sqlite3*"):
            file.unlink()


@pytest.fixture
def house(azurite: str, tmp_path: Path) -> Iterator[House]:
    settings = Settings(
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"videos-{uuid.uuid4().hex[:12]}",
        data_dir=tmp_path,
    )
    services = build_services(settings)
    services.storage.ping(seconds=30)
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as storage:
        yield House(
            services,
            storage.get_container_client(settings.azure_storage_container_name),
            storage.get_container_client(settings.records_container_name),
            settings,
        )
    services.catalogue.close()


def test_the_database_can_be_lost(house: House) -> None:
    videos = [house.upload(f"Größe {n} 映画.mp4") for n in range(4)]
    library = house.services.library
    library.edit(videos[0].id, Change(title="Ein “Titel” — 題", tags=["a", "B c", "ß"]), if_match=None)
    library.trash(videos[1].id)
    library.trash(videos[2].id)
    library.restore(videos[2].id)
    before = (house.listed(), house.listed(trash=True, sort="-deleted_at"))
    assert (len(before[0]), len(before[1])) == (3, 1)
    house.lose_the_database()
    assert house.listed() == []
    assert house.services.library.page(PageQuery()).rebuilding
    house.services.reconciliation.rebuild_if_new()
    assert (house.listed(), house.listed(trash=True, sort="-deleted_at")) == before
    assert not house.services.library.page(PageQuery()).rebuilding
    assert house.services.reconciliation.rebuild_if_new() is None


def test_an_upload_that_was_not_indexed_is_found(house: House) -> None:
    house.rebuild()
    video = house.upload()
    house.services.catalogue.forget(video.id)
    assert house.listed() == []
    house.drift()
    assert house.listed() == [video]


def test_what_the_index_lost_can_be_played_before_it_is_repaired(house: House) -> None:
    video = house.upload()
    house.lose_the_database()
    assert house.services.library.get(video.id) == video
    assert house.listed() == [video]


def test_a_blob_of_another_tool_is_checked_and_adopted(house: House) -> None:
    house.rebuild()
    kept = ContentSettings(content_type="application/octet-stream", cache_control="no-store")
    house.videos.upload_blob("2026/Ferien am Meer.mp4", mp4(5000), content_settings=kept, metadata={"Camera": "x100"})
    house.drift()
    [video] = house.listed()
    assert (video.id, video.title, video.size) == ("2026/Ferien am Meer.mp4", "Ferien am Meer", 5000)
    assert (video.content_type, video.original_name) == ("video/mp4", "Ferien am Meer.mp4")
    properties = house.videos.get_blob_client(video.id).get_blob_properties()
    assert properties.content_settings.cache_control == "no-store"
    assert {name.lower(): value for name, value in properties.metadata.items()}["camera"] == "x100"
    edited = house.services.library.edit(video.id, Change(title="Meer"), if_match=None)
    assert edited.content_etag == video.content_etag
    house.lose_the_database()
    house.rebuild()
    assert house.listed() == [edited]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>" * 100),
        ("film.mp4", b"<html>no film at all</html>" * 100),
        ("film.mp4", b""),
        ("no-extension", mp4(3000)),
        ("a//film.mp4", mp4(3000)),
        ("a\u202eb.mp4", mp4(3000)),
        ("folder/con.mp4", mp4(3000)),
    ],
)
def test_a_blob_that_is_no_video_is_not_adopted(house: House, name: str, content: bytes) -> None:
    house.videos.upload_blob(name, content)
    house.rebuild()
    house.drift()
    assert house.listed() == []
    with pytest.raises(VideoNotFoundError):
        house.services.library.get(name)


def test_a_refused_blob_is_looked_at_again_only_when_it_changes(house: House) -> None:
    house.videos.upload_blob("film.mp4", b"nothing" * 1000)
    assert house.services.reconciliation.check_drift().refused == 1
    assert house.services.reconciliation.check_drift().refused == 0
    house.videos.upload_blob("film.mp4", mp4(4000), overwrite=True)
    assert house.services.reconciliation.check_drift().adopted == 1
    assert [video.id for video in house.listed()] == ["film.mp4"]


@pytest.mark.parametrize("metadata", [{}, {"content_etag": "claimed"}])
def test_a_direct_upload_is_left_alone_until_it_is_checked(house: House, metadata: dict[str, str]) -> None:
    house.records.upload_blob(PENDING + "film.mp4", b"{}")
    house.videos.upload_blob("film.mp4", mp4(4000), metadata=metadata)
    house.rebuild()
    house.drift()
    assert house.listed() == []
    house.records.delete_blob(PENDING + "film.mp4")
    house.drift()
    assert len(house.listed()) == 1


def test_a_video_whose_blob_is_gone_is_marked_and_can_be_removed(house: House) -> None:
    kept, gone, trashed = house.upload(), house.upload(), house.upload()
    house.services.library.trash(trashed.id)
    for video in (gone, trashed):
        house.videos.delete_blob(video.id)
    house.drift()
    house.drift()
    assert {video.id: video.status for video in house.listed()} == {kept.id: "ready", gone.id: "missing"}
    assert house.listed(trash=True, sort="-deleted_at") == []
    with pytest.raises(VideoNotFoundError):
        house.services.playback.find(gone.id)
    house.services.library.trash(gone.id)
    assert house.listed() == [kept]


def test_a_missing_video_that_comes_back_is_ready_again(house: House) -> None:
    video = house.upload(content=mp4(3000))
    properties = house.videos.get_blob_client(video.id).get_blob_properties()
    house.videos.delete_blob(video.id)
    house.drift()
    house.videos.upload_blob(
        video.id, mp4(3000), metadata=properties.metadata, content_settings=properties.content_settings
    )
    house.drift()
    assert [replace(found, etag="") for found in house.listed()] == [replace(video, etag="")]


def test_a_rebuild_drops_what_is_gone(house: House) -> None:
    kept, gone = house.upload(), house.upload()
    house.videos.delete_blob(gone.id)
    house.rebuild()
    assert house.listed() == [kept]


def test_what_happens_during_a_rebuild_is_not_undone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    edited, trashed, purged, untouched = (house.upload(f"{n}.mp4") for n in range(4))
    library = house.services.library
    late: list[Video] = []

    def meanwhile(_: int) -> None:
        library.edit(edited.id, Change(title="edited"), if_match=None)
        library.trash(purged.id)
        assert house.services.trash.purge(now=datetime.now(UTC) + timedelta(days=31)) == 1
        library.trash(trashed.id)
        late.append(house.upload("late.mp4"))

    _between_listing_and_writing(house, monkeypatch, meanwhile)
    house.rebuild()
    assert library.get(edited.id).title == "edited"
    assert {video.id for video in house.listed()} == {edited.id, untouched.id, late[0].id}
    for video in (trashed, purged):
        with pytest.raises(VideoNotFoundError):
            library.get(video.id)


def _between_listing_and_writing(house: House, monkeypatch: pytest.MonkeyPatch, happens: Callable[[int], None]) -> None:
    catalogue = house.services.catalogue
    put_all = catalogue.put_all

    def late(batch: Any, *, listed_at: int | None = None) -> None:
        happens(len(batch))
        put_all(batch, listed_at=listed_at)

    monkeypatch.setattr(catalogue, "put_all", late)


def test_only_one_rebuild_runs_at_a_time(house: House) -> None:
    house.upload()

    def another(_: int) -> None:
        with pytest.raises(RebuildRunningError):
            house.rebuild()

    house.services.reconciliation.rebuild(progress=another)
    house.rebuild()


def test_the_trash_is_emptied_after_its_time_and_not_before(house: House) -> None:
    kept, restored, purged = (house.upload(f"{n}.mp4") for n in range(3))
    library, trash = house.services.library, house.services.trash
    for video in (restored, purged):
        library.trash(video.id)
    now = datetime.now(UTC)
    assert trash.purge(now=now + timedelta(days=29, hours=23)) == 0
    library.restore(restored.id)
    assert trash.purge(now=now + timedelta(days=30, hours=1)) == 1
    assert {blob.name for blob in house.videos.list_blobs()} == {kept.id, restored.id}
    assert house.listed(trash=True, sort="-deleted_at") == []
    house.rebuild()
    assert {video.id for video in house.listed()} == {kept.id, restored.id}


def test_storage_has_the_last_word_on_what_is_purged(house: House) -> None:
    video = house.upload()
    stale = house.services.library
    stale.trash(video.id)
    in_trash = house.listed(trash=True, sort="-deleted_at")[0]
    stale.restore(video.id)
    house.services.catalogue.put(in_trash)
    assert house.services.trash.purge(now=datetime.now(UTC) + timedelta(days=31)) == 0
    assert [found.id for found in house.listed()] == [video.id]
