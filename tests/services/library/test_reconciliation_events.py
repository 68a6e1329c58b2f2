"""What happened in storage and was not said, because its process died or the database was away, is found and said."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

from config import Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import Services, build_services
from services.events.catalogue import EVENTS
from services.events.envelope import Said
from services.events.listener import Listener
from services.events.videos import VideoChanged
from services.library.catalogue import PageQuery
from services.library.tracks import Tracks, new_version
from services.library.video_change import VideoChange
from services.storage.errors import StorageUnavailableError
from services.uploads.uploads import Candidate
from services.videos.video import Video
from tests.bodies import Bytes
from tests.databases import prepared
from tests.fault_proxy import running_fault_proxy
from tests.videos import mp4

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[3]


class House:
    """The services, what was said, and storage past them."""

    def __init__(self, settings: Settings, videos: ContainerClient) -> None:
        self.settings = settings
        self.videos = videos
        self._heard: list[Said] = []
        self.services: Services = build_services(settings)
        self.services.platform.events.listen(Listener(name="test", wants=EVENTS, take=self._heard.append))
        self.services.platform.blob_storage().ping(seconds=30)

    def heard(self) -> list[tuple[str, str, str]]:
        """What was said since the last question: name, id, and by whom."""
        return [(each.type, each.subject, each.actor.id) for each in self.said()]

    def said(self) -> list[Said]:
        """The same, as it was said."""
        self.services.platform.events.deliver()
        said = list(self._heard)
        self._heard.clear()
        return said

    def upload(self) -> Video:
        upload = self.services.uploads.whole.begin(Candidate(filename="film.mp4"), door="put", by=SYSTEM)
        self.services.uploads.reader.read(Bytes(mp4(3000)), door="put", pass_on=upload.write)
        return self.services.uploads.whole.finish([upload], by=SYSTEM)[0]

    def drift(self) -> None:
        self.services.library.reconciliation.check_drift(by=SYSTEM)

    def rebuild(self) -> None:
        self.services.library.reconciliation.rebuild(by=SYSTEM)

    def die_before_saying(self, act: str, id_: str = "") -> None:
        """Do that in a process that is killed when storage has it, and nobody was told."""
        values = {
            "storage": self.settings.azure_storage_connection_string.reveal(),  # type: ignore[union-attr]
            "container": self.settings.azure_storage_container_name,
            "data": str(self.settings.data_dir),
        }
        environment = {**os.environ, **{f"TEST_{name.upper()}": value for name, value in values.items()}}
        died = subprocess.run([sys.executable, "-c", _DYING, act, id_], cwd=ROOT, env=environment, check=False)
        assert died.returncode == -signal.SIGKILL


_DYING = """
import os, signal, sys
from pathlib import Path
from config import Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import build_services
from services.library.video_change import VideoChange
from services.uploads.uploads import Candidate
from tests.bodies import Bytes
from tests.videos import mp4

services = build_services(Settings(
    azure_storage_connection_string=Secret(os.environ["TEST_STORAGE"]),
    azure_storage_container_name=os.environ["TEST_CONTAINER"],
    data_dir=Path(os.environ["TEST_DATA"]),
))
services.platform.events.say_all = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
library, (act, id_) = services.library.videos, sys.argv[1:]
if act == "upload":
    upload = services.uploads.whole.begin(Candidate(filename="film.mp4"), door="put", by=SYSTEM)
    services.uploads.reader.read(Bytes(mp4(3000)), door="put", pass_on=upload.write)
    services.uploads.whole.finish([upload], by=SYSTEM)
elif act == "edit":
    library.edit(id_, VideoChange(title="new"), by=SYSTEM, if_match=None)
elif act == "describe":
    library.edit(id_, VideoChange(description="new"), by=SYSTEM, if_match=None)
elif act == "artist":
    library.edit(id_, VideoChange(artists=["f" * 24]), by=SYSTEM, if_match=None)
else:
    getattr(library, act)(id_, by=SYSTEM)
"""


@pytest.fixture
def house(azurite: str, tmp_path: Path) -> Iterator[House]:
    settings = Settings(
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"news-{uuid.uuid4().hex[:12]}",
        data_dir=tmp_path,
    )
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as storage:
        house = House(prepared(settings), storage.get_container_client(settings.azure_storage_container_name))
        house.rebuild()
        yield house
    house.services.library.catalogue.close()


def test_a_video_whose_process_died_before_it_was_told_of_is_told_of(house: House) -> None:
    house.die_before_saying("upload")
    assert house.heard() == []
    house.drift()
    [name] = house.videos.list_blob_names()
    assert house.heard() == [("video.uploaded", name, "system")]
    house.drift()
    assert house.heard() == []


@pytest.mark.parametrize(
    ("act", "event"), [("edit", "changed"), ("describe", "changed"), ("trash", "trashed"), ("restore", "restored")]
)
def test_a_change_whose_process_died_before_it_was_told_of_is_told_of(house: House, act: str, event: str) -> None:
    video = house.upload()
    if act == "restore":
        house.services.library.videos.trash(video.id, by=SYSTEM)
    house.heard()
    house.die_before_saying(act, video.id)
    house.drift()
    assert house.heard() == [(f"video.{event}", video.id, "system")]
    house.drift()
    assert house.heard() == []


def test_a_change_names_the_artists_that_are_new(house: House) -> None:
    video, videos = house.upload(), house.services.library.videos
    house.heard()
    a, b, c = (each * 24 for each in "abc")
    for artists, new in (([a, b], (a, b)), ([b, c], (c,)), ([b], ()), ([], ())):
        videos.edit(video.id, VideoChange(artists=artists), by=SYSTEM, if_match=None)
        [said] = house.said()
        assert isinstance(said.event, VideoChanged)
        assert said.event.new_artists == new
    house.die_before_saying("artist", video.id)
    house.drift()
    [found] = house.said()
    assert isinstance(found.event, VideoChanged)
    assert (found.event.video.about.artists, found.event.new_artists) == (("f" * 24,), None)


def test_words_about_a_video_are_a_change_of_it_and_told_of_with_it(house: House) -> None:
    video = house.upload()
    house.heard()
    edited = house.services.library.videos.edit(
        video.id, VideoChange(title="new", description="newer"), by=SYSTEM, if_match=None
    )
    [said] = house.said()
    assert (said.type, said.event) == ("video.changed", VideoChanged(video=edited, new_artists=()))
    # Somebody's words reach storage after a drift check has seen their mark.
    tracks = Tracks(house.services.platform.track_store())
    tracks.say(video.id, {"description": "newest"}, version=new_version())
    house.drift()
    [again] = house.said()
    assert (again.type, again.subject, again.data["video"]["about"]["description"]) == (
        "video.changed",
        video.id,
        "newest",
    )
    assert again.id != said.id
    house.drift()
    assert house.heard() == []


def test_words_that_storage_does_not_take_leave_nothing_unsaid(house: House, azurite: str) -> None:
    video = house.upload()
    house.heard()
    with running_fault_proxy(azurite) as proxy:
        proxy.choose = lambda method, path: "503" if (method, "-tracks" in path) == ("PUT", True) else None
        connection = Secret(proxy.connection_string)
        broken = House(
            replace(house.settings, azure_storage_connection_string=connection, storage_timeout_seconds=1), house.videos
        )
        with pytest.raises(StorageUnavailableError):
            _describe(broken, video)
        proxy.choose = lambda _method, _path: None
        broken.services.library.videos.catch_up()
        broken.services.library.catalogue.close()
    assert house.services.library.videos.get(video.id, by=SYSTEM).etag != video.etag
    house.drift()
    assert house.heard() == [("video.changed", video.id, "system")]


def test_a_video_that_is_found_by_its_address_before_the_drift_check_is_still_told_of(house: House) -> None:
    house.die_before_saying("upload")
    [name] = house.videos.list_blob_names()
    assert house.services.library.videos.get(name, by=SYSTEM).id == name
    house.drift()
    assert house.heard() == [("video.uploaded", name, "system")]


def _edit(house: House, video: Video) -> None:
    house.services.library.videos.edit(video.id, VideoChange(title="new"), by=SYSTEM, if_match=None)


def _describe(house: House, video: Video) -> None:
    house.services.library.videos.edit(video.id, VideoChange(description="new"), by=SYSTEM, if_match=None)


def _trash(house: House, video: Video) -> None:
    house.services.library.videos.trash(video.id, by=SYSTEM)


@pytest.mark.parametrize(("act", "event"), [(_edit, "changed"), (_describe, "changed"), (_trash, "trashed")])
def test_what_happens_while_the_database_is_away_does_not_fail_and_is_said_later(
    house: House, act: Callable[[House, Video], None], event: str
) -> None:
    video = house.upload()
    house.heard()
    durable = house.settings.data_dir / "reelgate.sqlite3"
    house.services.platform.databases.durable.close()
    durable.rename(durable.with_suffix(".away"))

    act(house, video)
    another = house.upload()
    assert another.id in {each.id for each in _listed(house)}
    house.drift()

    durable.with_suffix(".away").rename(durable)
    assert house.heard() == []
    house.drift()
    assert sorted(house.heard()) == sorted(
        [(f"video.{event}", video.id, "system"), ("video.uploaded", another.id, "system")]
    )
    house.drift()
    assert house.heard() == []


def test_a_new_index_and_a_rebuilt_one_say_nothing_of_what_was_there(house: House) -> None:
    video = house.upload()
    house.heard()
    house.rebuild()
    house.services.library.catalogue.close()
    for file in house.settings.data_dir.glob("catalogue.sqlite3*"):
        file.unlink()
    assert house.services.library.videos.get(video.id, by=SYSTEM) == video
    house.rebuild()
    house.drift()
    assert house.heard() == []


def test_what_others_do_in_storage_is_said_in_the_systems_name(house: House) -> None:
    gone, trashed = house.upload(), house.upload()
    house.services.library.videos.trash(trashed.id, by=SYSTEM)
    house.heard()
    house.videos.upload_blob("foreign.mp4", mp4(500))
    house.videos.upload_blob("notes.txt", b"no video")
    house.videos.delete_blob(gone.id)
    house.videos.delete_blob(trashed.id)
    house.drift()
    assert sorted(house.heard()) == [
        ("video.adopted", "foreign.mp4", "system"),
        ("video.missing", gone.id, "system"),
        ("video.purged", trashed.id, "system"),
    ]
    house.drift()
    assert house.heard() == []


def _listed(house: House) -> list[Video]:
    return list(house.services.library.videos.page(PageQuery(), by=SYSTEM).videos)
