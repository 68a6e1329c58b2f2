"""A player's place comes back, however the playing ends."""

import uuid
from dataclasses import replace
from pathlib import Path

import pytest

from config import Environment, Secret, Settings
from services.actors.actor import SYSTEM
from services.assembly import Services, build_services
from services.errors import BusyError
from services.library.errors import VideoNotFoundError
from services.storage.errors import StorageError
from services.uploads.uploads import Candidate
from services.videos.video import Video
from tests.bodies import Bytes
from tests.videos import mp4
from utils.capacity import PLAYERS
from utils.ranges import ByteRange

FIRST = ByteRange(0, 9)
CONTENT = mp4(5000)
HALF = PLAYERS // 2
"""So many places one client gets."""


@pytest.fixture
def services(azurite: str, tmp_path: Path) -> Services:
    return build_services(
        Settings(
            app_env=Environment.TESTING,
            azure_storage_connection_string=Secret(azurite),
            azure_storage_container_name=f"videos-{uuid.uuid4().hex[:12]}",
            data_dir=tmp_path,
        )
    )


@pytest.fixture
def video(services: Services) -> Video:
    upload = services.uploads.whole.begin(Candidate(filename="film.mp4", length=len(CONTENT)), door="put", by=SYSTEM)
    services.uploads.reader.read(Bytes(CONTENT), door="put", pass_on=upload.write)
    return services.uploads.whole.finish([upload], by=SYSTEM)[0]


def test_players_that_come_and_go_never_use_the_places_up(services: Services, video: Video) -> None:
    for _ in range(HALF + 10):
        stream = services.playback.player.open(video, FIRST, client="a")
        next(iter(stream))
        stream.close()
        stream.close()
    assert services.playback.player.places.taken == 0


def test_playing_that_fails_at_once_takes_no_place(services: Services, video: Video) -> None:
    gone = replace(video, id=f"{video.id[:-4]}x.mp4")
    for _ in range(HALF + 10):
        with pytest.raises((VideoNotFoundError, StorageError)):
            services.playback.player.open(gone, FIRST, client="a")
    assert services.playback.player.places.taken == 0


def test_one_viewer_leaves_places_for_another(services: Services, video: Video) -> None:
    streams = [services.playback.player.open(video, FIRST, client="a") for _ in range(HALF)]
    with pytest.raises(BusyError):
        services.playback.player.open(video, FIRST, client="a")
    services.playback.player.open(video, FIRST, client="b").close()
    for stream in streams:
        stream.close()
    services.playback.player.open(video, FIRST, client="a").close()
    assert services.playback.player.places.taken == 0
