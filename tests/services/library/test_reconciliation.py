"""The catalogue is made to say what the container says, while both change."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient, ContentSettings
from sqlalchemy import insert

from config import Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import Services, build_services
from services.library.catalogue import PageQuery
from services.library.errors import RebuildRunningError, VideoNotFoundError
from services.library.tracks import Tracks
from services.library.trash_purge import Trash
from services.library.video_change import VideoChange
from services.scrub.tables import damaged
from services.storage.client import StorageClient
from services.storage.clock import Deadlines, ServerTime, StorageClock
from services.storage.videos import PENDING, VideoBlobs
from services.uploads.uploads import Candidate
from services.videos.video import Video
from tests.bodies import Bytes
from tests.databases import prepared
from tests.services.storage.contract.test_storage import account
from tests.videos import mp4


@dataclass(frozen=True)
class House:
    """The services, and storage past them."""

    services: Services
    videos: ContainerClient
    records: ContainerClient
    settings: Settings
    connection_string: str

    def upload(self, name: str = "film.mp4", *, content: bytes = mp4(3000)) -> Video:
        upload = self.services.uploads.whole.begin(Candidate(filename=name), door="put", by=SYSTEM)
        self.services.uploads.reader.read(Bytes(content), door="put", pass_on=upload.write)
        return self.services.uploads.whole.finish([upload], by=SYSTEM)[0]

    def listed(self, **query: Any) -> list[Video]:
        return list(self.services.library.videos.page(PageQuery(limit=200, **query), by=SYSTEM).videos)

    def drift(self) -> None:
        self.services.library.reconciliation.check_drift(by=SYSTEM)

    def rebuild(self) -> None:
        self.services.library.reconciliation.rebuild(by=SYSTEM)

    def purge(self, *, after: timedelta) -> int:
        """Empty the trash when so much time has passed, by all clocks."""

        def later() -> datetime:
            return datetime.now(UTC) + after

        def tell() -> None:
            storage.learn({"Date": format_datetime(later(), usegmt=True), "x-ms-request-id": "1"})

        storage = ServerTime()
        deadlines = Deadlines(StorageClock(storage, ask=tell, own=later), timedelta(days=self.settings.trash_days))
        library, platform = self.services.library, self.services.platform
        tracks = Tracks(platform.track_store())
        trash = Trash(library.catalogue, self.blobs, events=platform.events, tracks=tracks, deadlines=deadlines)
        return trash.purge(by=SYSTEM)

    @cached_property
    def blobs(self) -> VideoBlobs:
        client = StorageClient(account(self.connection_string))
        return VideoBlobs(client, videos=self.videos.container_name, records=self.records.container_name)

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
    services = build_services(prepared(settings))
    services.platform.blob_storage().ping(seconds=30)
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as storage:
        yield House(
            services,
            storage.get_container_client(settings.azure_storage_container_name),
            storage.get_container_client(settings.records_container_name),
            settings,
            azurite,
        )
    services.library.catalogue.close()


def test_the_database_can_be_lost(house: House) -> None:
    videos = [house.upload(f"Größe {n} 映画.mp4") for n in range(4)]
    library = house.services.library.videos
    library.edit(videos[0].id, VideoChange(title="Ein “Titel” — 題", tags=["a", "B c", "ß"]), if_match=None, by=SYSTEM)
    library.trash(videos[1].id, by=SYSTEM)
    library.trash(videos[2].id, by=SYSTEM)
    library.restore(videos[2].id, by=SYSTEM)
    before = (house.listed(), house.listed(trash=True, sort="-deleted_at"))
    assert (len(before[0]), len(before[1])) == (3, 1)
    house.lose_the_database()
    assert house.listed() == []
    assert house.services.library.videos.page(PageQuery(), by=SYSTEM).rebuilding
    house.services.library.reconciliation.rebuild_if_new(by=SYSTEM)
    assert (house.listed(), house.listed(trash=True, sort="-deleted_at")) == before
    assert not house.services.library.videos.page(PageQuery(), by=SYSTEM).rebuilding
    assert house.services.library.reconciliation.rebuild_if_new(by=SYSTEM) is None


def test_an_upload_that_was_not_indexed_is_found(house: House) -> None:
    house.rebuild()
    video = house.upload()
    house.services.library.catalogue.forget(video.id)
    assert house.listed() == []
    house.drift()
    assert house.listed() == [video]


def test_what_the_index_lost_can_be_played_before_it_is_repaired(house: House) -> None:
    video = house.upload()
    house.lose_the_database()
    assert house.services.library.videos.get(video.id, by=SYSTEM) == video
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
    edited = house.services.library.videos.edit(video.id, VideoChange(title="Meer"), if_match=None, by=SYSTEM)
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
        house.services.library.videos.get(name, by=SYSTEM)


def test_a_refused_blob_is_looked_at_again_only_when_it_changes(house: House) -> None:
    house.videos.upload_blob("film.mp4", b"nothing" * 1000)
    assert house.services.library.reconciliation.check_drift(by=SYSTEM).refused == 1
    assert house.services.library.reconciliation.check_drift(by=SYSTEM).refused == 0
    house.videos.upload_blob("film.mp4", mp4(4000), overwrite=True)
    assert house.services.library.reconciliation.check_drift(by=SYSTEM).adopted == 1
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
    house.services.library.videos.trash(trashed.id, by=SYSTEM)
    for video in (gone, trashed):
        house.videos.delete_blob(video.id)
    house.drift()
    house.drift()
    assert {video.id: video.status for video in house.listed()} == {kept.id: "ready", gone.id: "missing"}
    assert house.listed(trash=True, sort="-deleted_at") == []
    with pytest.raises(VideoNotFoundError):
        house.services.playback.player.find(gone.id, by=SYSTEM)
    with house.services.platform.databases.durable.writing() as connection:
        connection.execute(insert(damaged).values(video=gone.id, found_at=1, expected="a", found="b"))
    house.services.watching.watching.note(gone.id)
    house.services.library.videos.trash(gone.id, by=SYSTEM)
    assert house.listed() == [kept]
    # Those who know something of it let go of that, too.
    house.services.platform.events.deliver()
    assert house.services.scrub.scrubber.report(by=SYSTEM).damaged == ()
    assert house.services.watching.watching.watched([gone.id], by=SYSTEM) == {}


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
    library = house.services.library.videos
    late: list[Video] = []

    def meanwhile(_: int) -> None:
        library.edit(edited.id, VideoChange(title="edited"), if_match=None, by=SYSTEM)
        library.trash(purged.id, by=SYSTEM)
        assert house.purge(after=timedelta(days=31)) == 1
        library.trash(trashed.id, by=SYSTEM)
        late.append(house.upload("late.mp4"))

    _between_listing_and_writing(house, monkeypatch, meanwhile)
    house.rebuild()
    assert library.get(edited.id, by=SYSTEM).title == "edited"
    assert {video.id for video in house.listed()} == {edited.id, untouched.id, late[0].id}
    for video in (trashed, purged):
        with pytest.raises(VideoNotFoundError):
            library.get(video.id, by=SYSTEM)


def _between_listing_and_writing(house: House, monkeypatch: pytest.MonkeyPatch, happens: Callable[[int], None]) -> None:
    catalogue = house.services.library.catalogue
    put_all = catalogue.put_all

    def late(batch: Any, **known: Any) -> None:
        happens(len(batch))
        put_all(batch, **known)

    monkeypatch.setattr(catalogue, "put_all", late)


def test_only_one_rebuild_runs_at_a_time(house: House) -> None:
    house.upload()

    def another(_: int) -> None:
        with pytest.raises(RebuildRunningError):
            house.rebuild()

    house.services.library.reconciliation.rebuild(progress=another, by=SYSTEM)
    house.rebuild()


def test_the_trash_is_emptied_after_its_time_and_not_before(house: House) -> None:
    kept, restored, purged = (house.upload(f"{n}.mp4") for n in range(3))
    library = house.services.library.videos
    for video in (restored, purged):
        library.trash(video.id, by=SYSTEM)
    assert house.purge(after=timedelta(days=29, hours=23)) == 0
    library.restore(restored.id, by=SYSTEM)
    assert house.purge(after=timedelta(days=30, hours=1)) == 1
    assert {blob.name for blob in house.videos.list_blobs()} == {kept.id, restored.id}
    assert house.listed(trash=True, sort="-deleted_at") == []
    house.rebuild()
    assert {video.id for video in house.listed()} == {kept.id, restored.id}


def test_storage_has_the_last_word_on_what_is_purged(house: House) -> None:
    video = house.upload()
    stale = house.services.library.videos
    stale.trash(video.id, by=SYSTEM)
    in_trash = house.listed(trash=True, sort="-deleted_at")[0]
    stale.restore(video.id, by=SYSTEM)
    house.services.library.catalogue.put(in_trash)
    assert house.purge(after=timedelta(days=31)) == 0
    assert [found.id for found in house.listed()] == [video.id]


def test_what_was_restored_and_trashed_again_lately_stays_although_the_index_has_the_first_time(house: House) -> None:
    video = house.upload()
    library = house.services.library.videos
    library.trash(video.id, by=SYSTEM)
    [trashed] = house.listed(trash=True, sort="-deleted_at")
    assert trashed.deleted_at is not None
    house.services.library.catalogue.put(replace(trashed, deleted_at=trashed.deleted_at - timedelta(days=40)))
    assert house.purge(after=timedelta()) == 0
    assert [found.deleted_at for found in house.listed(trash=True, sort="-deleted_at")] == [trashed.deleted_at]
    assert library.restore(video.id, by=SYSTEM).id == video.id


def test_what_somebody_has_deleted_in_storage_leaves_the_trash_too(house: House) -> None:
    video = house.upload()
    house.services.library.videos.trash(video.id, by=SYSTEM)
    house.videos.delete_blob(video.id)
    assert house.purge(after=timedelta(days=31)) == 1
    assert house.listed(trash=True, sort="-deleted_at") == []


def test_more_than_a_page_of_the_trash_is_emptied_at_once(house: House) -> None:
    video = house.upload()
    house.services.library.videos.trash(video.id, by=SYSTEM)
    [trashed] = house.listed(trash=True, sort="-deleted_at")
    for number in range(50):
        house.services.library.catalogue.put(replace(trashed, id=f"{number:03}{trashed.id[3:]}"))
    assert house.purge(after=timedelta(days=31)) == 51
    assert house.listed(trash=True, sort="-deleted_at") == []
