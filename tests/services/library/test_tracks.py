"""What people say about a video lies beside it, and goes wherever the video goes."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

from config import Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import Services, build_services
from services.library.catalogue import PageQuery
from services.library.errors import InvalidChangeError, RecordChangedError, VideoNotFoundError
from services.library.tracks import Tracks, folder, new_version
from services.library.video_change import VideoChange
from services.uploads.uploads import Candidate
from services.videos.about import About
from services.videos.video import Video
from tests.bodies import Bytes
from tests.databases import prepared
from tests.videos import mp4

LONG = "Zwei Wochen am Meer.\n\n" + "ü" * 9000


@dataclass(frozen=True)
class Shelf:
    """A library, and the container of what people say of its videos."""

    services: Services
    tracks: ContainerClient
    folder: Path

    def upload(self) -> Video:
        upload = self.services.uploads.whole.begin(Candidate(filename="film.mp4"), door="put", by=SYSTEM)
        self.services.uploads.reader.read(Bytes(mp4(3000)), door="put", pass_on=upload.write)
        return self.services.uploads.whole.finish([upload], by=SYSTEM)[0]

    def edit(self, video: Video, *, if_match: str | None = None, **values: Any) -> Video:
        return self.services.library.videos.edit(video.id, VideoChange(**values), by=SYSTEM, if_match=if_match)

    def found(self, q: str) -> list[str]:
        return [video.id for video in self.services.library.videos.page(PageQuery(q=q), by=SYSTEM).videos]

    def said(self, video: Video) -> str:
        return self.services.library.videos.get(video.id, by=SYSTEM).about.description

    def stored(self, video: Video) -> Any:
        return json.loads(self.tracks.download_blob(f"{quote(video.id, safe='')}/about.json").readall())


@pytest.fixture
def shelf(azurite: str, tmp_path: Path) -> Iterator[Shelf]:
    name = f"videos-{uuid.uuid4().hex[:12]}"
    settings = Settings(
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=name,
        data_dir=tmp_path,
        trash_days=0,
    )
    services = build_services(prepared(settings))
    services.platform.blob_storage().ping(seconds=30)
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as storage:
        yield Shelf(services, storage.get_container_client(f"{name}-tracks"), tmp_path)
    services.library.catalogue.close()


def test_a_description_is_kept_beside_the_video_shown_and_found(shelf: Shelf) -> None:
    video, other = shelf.upload(), shelf.upload()
    edited = shelf.edit(video, description=LONG, language="de", title="Sylt")
    assert (edited.about.description, edited.about.language, edited.title) == (LONG, "de", "Sylt")
    assert edited.etag != video.etag
    assert shelf.services.library.videos.get(video.id, by=SYSTEM) == edited
    assert shelf.stored(video)["description"] == LONG
    assert shelf.found("wochen") == [video.id]
    assert shelf.said(other) == ""
    assert shelf.edit(video, description="").about.description == ""
    assert shelf.found("wochen") == []


def test_an_easy_description_stands_beside_the_full_one_and_is_found_too(shelf: Shelf) -> None:
    video = shelf.upload()
    shelf.edit(video, description="A treatise on navigation.")
    edited = shelf.edit(video, easy_description="We show how ships find their way.\n")
    assert edited.about.description == "A treatise on navigation."
    assert edited.about.easy_description == "We show how ships find their way."
    assert shelf.found("ships") == shelf.found("treatise") == [video.id]
    with pytest.raises(InvalidChangeError, match="easy description has 10001 characters"):
        shelf.edit(video, easy_description="x" * 10_001)
    # What a version writes that does not know it is what it has read, and it keeps it.
    before = About.from_text(json.dumps({**shelf.stored(video), "description": "other"}))
    assert before.easy_description == edited.about.easy_description
    assert shelf.edit(video, easy_description="").about.description == "A treatise on navigation."
    assert shelf.found("ships") == []


def test_an_edit_of_the_title_keeps_the_description_and_the_other_way_round(shelf: Shelf) -> None:
    video = shelf.upload()
    shelf.edit(video, description="one", tags=["a"])
    assert shelf.edit(video, title="Two").about.description == "one"
    edited = shelf.edit(video, language="fr")
    assert (edited.title, edited.tags, edited.about.description) == ("Two", ("a",), "one")


def test_the_database_can_be_lost_with_all_that_was_said(shelf: Shelf) -> None:
    video = shelf.upload()
    shelf.edit(video, description="kept in storage", language="en")
    for file in shelf.folder.glob("catalogue.sqlite3*"):
        file.unlink()
    shelf.services.library.reconciliation.rebuild(by=SYSTEM)
    assert shelf.found("storage") == [video.id]
    assert shelf.services.library.videos.get(video.id, by=SYSTEM).about.language == "en"


def test_it_goes_into_the_trash_and_back_with_its_video_and_is_purged_with_it(shelf: Shelf) -> None:
    video, gone = shelf.upload(), shelf.upload()
    for each in (video, gone):
        shelf.edit(each, description="along")
        shelf.services.library.videos.trash(each.id, by=SYSTEM)
    assert shelf.found("along") == []
    assert shelf.services.library.videos.restore(video.id, by=SYSTEM).about.description == "along"
    assert shelf.found("along") == [video.id]
    assert shelf.services.library.trash.purge(by=SYSTEM) == 1
    assert [blob.name for blob in shelf.tracks.list_blobs()] == [f"{video.id}/about.json"]
    with pytest.raises(VideoNotFoundError):
        shelf.services.library.videos.get(gone.id, by=SYSTEM)


def test_what_a_purge_has_left_behind_when_its_process_died_goes_with_the_next_drift_check(shelf: Shelf) -> None:
    video = shelf.upload()
    shelf.edit(video, description="left behind")
    shelf.services.library.videos.trash(video.id, by=SYSTEM)
    blobs = shelf.services.platform.video_blobs()
    blobs.delete(video.id, etag=blobs.describe(video.id).etag)
    shelf.services.library.reconciliation.check_drift(by=SYSTEM)
    assert list(shelf.tracks.list_blob_names()) == []


def test_another_version_than_the_one_that_was_read_is_not_written_over(shelf: Shelf) -> None:
    video = shelf.upload()
    edited = shelf.edit(video, description="mine", if_match=video.etag)
    with pytest.raises(RecordChangedError):
        shelf.edit(video, description="yours", if_match=video.etag)
    assert shelf.said(video) == "mine"
    assert shelf.edit(video, description="ours", if_match=edited.etag).about.description == "ours"


def test_a_process_that_dies_between_its_writes_leaves_nothing_that_housekeeping_does_not_find(shelf: Shelf) -> None:
    video = shelf.upload()
    shelf.edit(video, description="before")
    tracks = Tracks(shelf.services.platform.track_store())
    # It died when storage had the words, and before the catalogue had.
    tracks.say(video.id, {"description": "after"}, version=new_version())
    assert shelf.said(video) == "before"
    shelf.services.library.reconciliation.check_drift(by=SYSTEM)
    assert shelf.said(video) == "after"
    assert shelf.found("after") == [video.id]
    shelf.services.library.reconciliation.check_drift(by=SYSTEM)
    assert shelf.said(video) == "after"


def test_what_a_newer_version_says_is_kept(shelf: Shelf) -> None:
    video = shelf.upload()
    shelf.edit(video, description="one")
    newer = shelf.stored(video) | {"place": {"name": "Sylt"}}
    shelf.tracks.upload_blob(f"{video.id}/about.json", json.dumps(newer), overwrite=True)
    shelf.edit(video, description="two")
    assert shelf.stored(video)["place"] == {"name": "Sylt"}
    assert shelf.stored(video)["description"] == "two"


def test_a_folder_is_one_segment_whatever_the_id(shelf: Shelf) -> None:
    assert folder("2026/Größe.mp4") == "2026%2FGr%C3%B6%C3%9Fe.mp4"
    assert "/" not in folder("映" * 1000)
    assert len(folder("映" * 1000)) < 1000
    assert folder("映" * 1000) != folder("映" * 999)
