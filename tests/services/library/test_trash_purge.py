"""What is deleted for good is what nobody has taken back, by one who may, one video after the other."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from config import Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import Services, build_services
from services.library.errors import RecordChangedError, VideoNotFoundError
from services.steps import Interrupted
from services.uploads.uploads import Candidate
from services.videos.video import Video
from tests.bodies import Bytes
from tests.databases import prepared
from tests.fault_proxy import FaultProxy, running_fault_proxy
from tests.server import eventually
from tests.videos import mp4


@dataclass(frozen=True)
class Houses:
    """Two processes of one installation; what the first asks of storage passes through the proxy."""

    purging: Services
    other: Services
    proxy: FaultProxy

    def trashed(self) -> Video:
        upload = self.other.uploads.whole.begin(Candidate(filename="film.mp4"), door="put", by=SYSTEM)
        self.other.uploads.reader.read(Bytes(mp4(3000)), door="put", pass_on=upload.write)
        [video] = self.other.uploads.whole.finish([upload], by=SYSTEM)
        self.other.library.videos.trash(video.id, by=SYSTEM)
        return video

    def there(self, video: Video) -> bool:
        return self.other.platform.blob_storage().upload_of(video.id) is not None


@contextmanager
def built(connection_string: str, container: str, folder: Path) -> Iterator[Services]:
    settings = Settings(
        azure_storage_connection_string=Secret(connection_string),
        azure_storage_container_name=container,
        data_dir=folder,
        trash_days=0,
    )
    services = build_services(prepared(settings))
    yield services
    services.library.catalogue.close()


@pytest.fixture
def houses(azurite: str, tmp_path: Path) -> Iterator[Houses]:
    container = f"videos-{uuid.uuid4().hex[:12]}"
    with (
        running_fault_proxy(azurite) as proxy,
        built(proxy.connection_string, container, tmp_path) as purging,
        built(azurite, container, tmp_path) as other,
    ):
        other.platform.blob_storage().ping(seconds=30)
        yield Houses(purging, other, proxy)


def test_a_video_that_is_restored_at_the_last_moment_stays(houses: Houses) -> None:
    video = houses.trashed()

    def restore(method: str, _path: str) -> None:
        if method == "DELETE":
            houses.other.library.videos.restore(video.id, by=SYSTEM)

    houses.proxy.choose = restore

    # The processes' ideas of storage's time may differ by a part of a second.
    def is_tried() -> bool:
        assert houses.purging.library.trash.purge(by=SYSTEM) == 0
        return houses.proxy.count("DELETE", video.id) > 0

    eventually(is_tried)
    assert houses.there(video)
    assert houses.other.library.videos.get(video.id, by=SYSTEM).deleted_at is None


def test_the_last_moment_of_the_trash_is_the_first_to_be_due(houses: Houses, monkeypatch: pytest.MonkeyPatch) -> None:
    video = houses.trashed()
    deleted_at = houses.other.library.videos.get(video.id, by=SYSTEM, trash=True).deleted_at
    assert deleted_at is not None
    clock = houses.other.library.videos._deadlines.clock
    monkeypatch.setattr(type(clock), "judge", lambda _: deleted_at - timedelta(milliseconds=1))
    assert houses.purging.library.trash.purge(by=SYSTEM) == 0
    assert houses.there(video)
    assert houses.proxy.count("HEAD", video.id) == 0, "Storage is not asked about what is not due."
    monkeypatch.setattr(type(clock), "judge", lambda _: deleted_at)
    assert houses.purging.library.trash.purge(by=SYSTEM) == 1
    assert not houses.there(video)


def test_one_is_deleted_for_good_out_of_the_trash_alone(houses: Houses) -> None:
    video = houses.trashed()
    trash = houses.purging.library.trash
    houses.other.library.videos.restore(video.id, by=SYSTEM)
    with pytest.raises(VideoNotFoundError):
        trash.purge_one(video.id, by=SYSTEM)
    assert houses.there(video)
    houses.other.library.videos.trash(video.id, by=SYSTEM)
    trash.purge_one(video.id, by=SYSTEM)
    assert not houses.there(video)
    with pytest.raises(VideoNotFoundError):
        trash.purge_one(video.id, by=SYSTEM)


def test_one_that_somebody_takes_back_at_this_moment_stays(houses: Houses) -> None:
    video = houses.trashed()

    def restore(method: str, _path: str) -> None:
        if method == "DELETE":
            houses.other.library.videos.restore(video.id, by=SYSTEM)

    houses.proxy.choose = restore
    with pytest.raises(RecordChangedError):
        houses.purging.library.trash.purge_one(video.id, by=SYSTEM)
    assert houses.there(video)


def test_who_has_to_stop_deletes_nothing_more(houses: Houses) -> None:
    videos = [houses.trashed() for _ in range(3)]

    def stop(method: str, _path: str) -> None:
        if method == "DELETE":
            houses.purging.operations.housekeeping.stop()

    houses.proxy.choose = stop
    with pytest.raises(Interrupted):
        turn_until_it_deletes(houses)
    assert [houses.there(video) for video in videos].count(True) == 2


def turn_until_it_deletes(houses: Houses) -> None:
    def has_deleted() -> bool:
        houses.purging.library.catalogue.notes.remember("step.trash", 0)
        houses.purging.operations.housekeeping.turn()
        return houses.proxy.count("DELETE", "_film.mp4") > 0

    eventually(has_deleted)
