"""Whose videos are, for those who may and may not, and after the index was made again from storage."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.actors.actor import NOBODY, SYSTEM
from services.actors.errors import ForbiddenError
from services.actors.policy import Visibility
from services.assembly import Services
from services.library.catalogue import PageQuery
from services.library.errors import InvalidChangeError, VideoNotFoundError
from services.library.video_change import VideoChange
from services.uploads.uploads import Candidate
from services.videos.video import Video
from tests.accounts import Build
from tests.bodies import Bytes
from tests.services.artists.test_artists import MIRA, USER, create
from tests.services.artists.test_downloads import READER
from tests.videos import mp4


@pytest.fixture
def services(build: Build, tmp_path: Path) -> Services:
    made = build(temp_dir=tmp_path / "scratch")
    made.platform.blob_storage().prepare()
    return made


@pytest.fixture
def upload(services: Services) -> Callable[[], Video]:
    """Brings a video in that belongs to nobody in particular."""

    def bring() -> Video:
        upload = services.uploads.whole.begin(Candidate(filename="film.mp4"), door="put", by=SYSTEM)
        services.uploads.reader.read(Bytes(mp4(3000)), door="put", pass_on=upload.write)
        return services.uploads.whole.finish([upload], by=SYSTEM)[0]

    return bring


def of(services: Services, artist_id: str) -> list[str]:
    query = PageQuery(artist=artist_id, artist_ids=services.artists.crediting.ids_of(artist_id, by=SYSTEM))
    return [video.id for video in services.library.videos.page(query, by=SYSTEM).videos]


def test_whose_a_video_is_outlives_the_index(services: Services, upload: Callable[[], Video]) -> None:
    air, film, other = create(services, "Air"), upload(), upload()
    services.artists.crediting.give(film.id, [air.id], by=SYSTEM)
    services.library.reconciliation.rebuild(by=SYSTEM)
    assert of(services, air.id) == [film.id]
    assert services.library.selection.ids(PageQuery(artist="x", artist_ids=()), most=9, by=SYSTEM) == []
    known = services.library.videos.get(film.id, by=SYSTEM)
    [shown] = (services.artists.crediting.of([film, known], by=SYSTEM) or {}).values()
    assert [each.name for each in shown] == ["Air"]
    assert other.id not in of(services, air.id)


def test_who_may_not_change_a_video_gives_it_to_nobody(services: Services, upload: Callable[[], Video]) -> None:
    air, film = create(services, "Air"), upload()
    change = VideoChange(artists=["Air"])
    for by in (USER, READER):
        with pytest.raises(ForbiddenError):
            services.artists.crediting.edit(film.id, change, by=by, if_match=None)
        with pytest.raises(ForbiddenError):
            services.artists.crediting.give(film.id, [air.id], by=by)
    services.library.videos.edit(film.id, VideoChange(visibility=Visibility.PRIVATE), by=SYSTEM, if_match=None)
    # Nor does it learn whether the artist is here.
    for name in ("Air", "Nobody"):
        with pytest.raises(VideoNotFoundError):
            services.artists.crediting.edit(film.id, VideoChange(artists=[name]), by=USER, if_match=None)
    assert services.artists.crediting.edit(film.id, change, by=MIRA, if_match=None).about.artists == (air.id,)
    assert of(services, air.id) == [film.id]


def test_who_is_not_signed_in_sees_no_artists(services: Services, upload: Callable[[], Video]) -> None:
    air, film = create(services, "Air"), upload()
    services.artists.crediting.give(film.id, [air.id], by=SYSTEM)
    known = services.library.videos.get(film.id, by=SYSTEM)
    assert services.artists.crediting.of([known], by=NOBODY) == {}
    assert services.artists.crediting.of([known], by=READER)


def test_the_library_keeps_nothing_but_ids(services: Services, upload: Callable[[], Video]) -> None:
    film = upload()
    for named in (["Air"], ["0" * 24 + "\n"], ["0" * 23]):
        with pytest.raises(InvalidChangeError):
            services.library.videos.edit(film.id, VideoChange(artists=named), by=SYSTEM, if_match=None)
