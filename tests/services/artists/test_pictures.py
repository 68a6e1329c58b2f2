"""Pictures of artists and films are fetched once, by the server, and kept; what would do harm is not."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, select, update

from services.actors.actor import NOBODY, SYSTEM
from services.actors.errors import NotSignedInError
from services.artists.errors import ArtistNotFoundError, PictureNotFoundError, WantedNotFoundError
from services.artists.pictures.keeping import name_of
from services.artists.pictures.tables import pictures
from services.artists.tables import artists
from services.artists.tables import wanted as films
from services.assembly import Services
from services.database.engine import sqlite_file
from services.jobs.job import Lane, Results
from services.jobs.kinds import Work
from services.media.errors import ToolMissingError
from services.media.programs import Programs
from services.storage.errors import StorageUnavailableError
from services.storage.files import FileStore
from tests.accounts import Build
from tests.outside_services import Answered, OutsideService, running_outside_service
from tests.pictures import HTML, SVG, picture, png_bomb
from tests.services.artists.test_artists import MIRA, USER, change, create
from tests.services.artists.test_wanted import film

DAY = 24 * 3600 * 1000
PHOTO = picture()


@pytest.fixture(scope="module")
def running() -> Iterator[OutsideService]:
    with running_outside_service() as service:
        yield service


@pytest.fixture
def outside(running: OutsideService) -> OutsideService:
    running.answer = lambda _: shown(PHOTO)
    running.first.clear()
    running.asked.clear()
    return running


@pytest.fixture
def services(build: Build, outside: OutsideService) -> Services:
    return build(egress_allow_hosts=(outside.host,))


def shown(content: bytes, kind: str = "image/jpeg", **said: object) -> Answered:
    return Answered(body=content, headers={"Content-Type": kind}, **said)  # type: ignore[arg-type]


def fetch(services: Services) -> Results:
    """Do what the job does that housekeeping asks for."""
    assert services.artists.keeping.begin_due()
    claim = services.jobs.store.claim(Lane.FETCH, worker="test")
    assert claim is not None
    results = services.artists.keeping.kind.run(Work(job=claim.job, tell_progress=lambda _: None))
    services.jobs.store.finish(claim, results=results)
    return results or []


def wanted_with(services: Services, url: str, *, artist: str | None = None, id_: str = "1") -> str:
    """A wanted film whose picture lies there."""
    [new] = services.artists.wanted.found(artist, [film(f"Film {id_}", id_=id_, picture=url)], by=SYSTEM)
    return new.id


def content_of(services: Services, film_id: str) -> bytes:
    found = services.artists.pictures.of_film(film_id, by=USER)
    return services.artists.pictures.content(found, by=USER)


def a_day_passes(services: Services) -> None:
    with services.platform.databases.durable.writing() as connection:
        connection.execute(update(pictures).values(next_at=pictures.c.next_at - DAY))


def error_of(services: Services, url: str) -> str | None:
    with services.platform.databases.durable.reading() as connection:
        return connection.scalar(select(pictures.c.error).where(pictures.c.url == url))


def stored(services: Services, url: str) -> bool:
    return services.media.derived.files.names(name_of(url)) != []


def test_a_picture_is_fetched_made_anew_and_kept(services: Services, outside: OutsideService) -> None:
    url = f"{outside.url}/kept.jpg"
    one = wanted_with(services, url)
    with pytest.raises(PictureNotFoundError):
        services.artists.pictures.of_film(one, by=USER)
    assert fetch(services) == [{"id": "pictures", "status": "done", "detail": "1 kept, 0 could not be had"}]
    content = content_of(services, one)
    assert content[8:12] == b"WEBP"
    assert content not in PHOTO
    found = services.artists.pictures.of_film(one, by=USER)
    assert found.version == hashlib.sha256(content).hexdigest()[:16]
    assert services.artists.pictures.kept([url, "http://other/"], by=USER) == {url: found}
    assert [each.headers.get("referer") for each in outside.asked] == [None]
    # It is asked for once, whoever names it again.
    wanted_with(services, url, artist=create(services, "Air", picture=url).id, id_="2")
    assert not services.artists.keeping.begin_due()


def test_an_artist_has_its_picture_before_films_have_theirs(services: Services, outside: OutsideService) -> None:
    wanted_with(services, f"{outside.url}/a.jpg")
    artist = create(services, "Air", picture=f"{outside.url}/b.jpg")
    fetch(services)
    assert [each.path for each in outside.asked] == ["/b.jpg", "/a.jpg"]
    found = services.artists.pictures.of_artist(artist.id, by=USER)
    assert services.artists.pictures.content(found, by=USER)[8:12] == b"WEBP"


def test_whoever_may_not_see_the_film_does_not_see_its_picture(services: Services, outside: OutsideService) -> None:
    one = wanted_with(services, f"{outside.url}/a.jpg")
    fetch(services)
    with pytest.raises(NotSignedInError):
        services.artists.pictures.of_film(one, by=NOBODY)
    with pytest.raises(WantedNotFoundError):
        services.artists.pictures.of_film("none", by=USER)


def _leads(to: str) -> Answered:
    return Answered(status=302, headers={"Location": to})


HOSTILE: dict[str, Callable[[OutsideService], Answered]] = {
    "html": lambda _: shown(HTML),
    "svg": lambda _: shown(SVG, "image/svg+xml"),
    "svg that says it is a png": lambda _: shown(SVG, "image/png"),
    "page behind a signature": lambda _: shown(b"\xff\xd8\xff" + HTML * 100),
    "bomb": lambda _: shown(png_bomb(), "image/png"),
    "five MiB": lambda _: shown(PHOTO + bytes(5 * 1024 * 1024)),
    "nothing": lambda _: shown(b""),
    "half": lambda _: shown(PHOTO, breaks=True),
    "gone": lambda _: shown(PHOTO, status=404),
    "inwards": lambda service: _leads(service.url.replace("127.0.0.1", "localhost") + "/inward.jpg"),
    "for ever": lambda service: _leads(f"{service.url}/again.jpg"),
    "to a file": lambda _: _leads("file:///etc/passwd"),
}


@pytest.mark.parametrize("kind", list(HOSTILE))
def test_what_would_do_harm_is_not_kept(services: Services, outside: OutsideService, kind: str) -> None:
    outside.answer = lambda _: HOSTILE[kind](outside)
    url = f"{outside.url}/hostile-{kind.replace(' ', '-')}.jpg"
    one = wanted_with(services, url)
    [result] = fetch(services)
    assert result["detail"] == "0 kept, 1 could not be had"
    with pytest.raises(PictureNotFoundError):
        services.artists.pictures.of_film(one, by=USER)
    assert not stored(services, url)
    assert error_of(services, url)
    assert not any(each.path == "/inward.jpg" for each in outside.asked)


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/a.jpg", "http://10.0.0.1/a.jpg", "http://[::1]/a.jpg"])
def test_nothing_inward_is_asked(build: Build, outside: OutsideService, url: str) -> None:
    services = build()
    url = url.format(port=outside.url.rpartition(":")[2])
    wanted_with(services, url)
    fetch(services)
    assert outside.asked == []
    assert "not of the public network" in (error_of(services, url) or "")


def test_slow_bytes_are_not_waited_for(services: Services, outside: OutsideService) -> None:
    outside.answer = lambda _: shown(PHOTO, drips=True)
    services.artists.keeping._seconds = 0.5
    wanted_with(services, f"{outside.url}/slow.jpg")
    [result] = fetch(services)
    assert result["detail"] == "0 kept, 1 could not be had"


def test_a_failure_is_remembered_for_a_day_and_three_are_enough(services: Services, outside: OutsideService) -> None:
    outside.answer = lambda _: shown(b"", status=500)
    url = f"{outside.url}/failing.jpg"
    artist = create(services, "Air", picture=url)
    for count in (1, 2, 3):
        fetch(services)
        assert len(outside.asked) == count
        assert not services.artists.keeping.begin_due()
        a_day_passes(services)
    assert not services.artists.keeping.begin_due()
    # Whoever names it again has it tried again.
    services.artists.artists.edit(artist.id, change(text="Another text."), by=MIRA)
    assert not services.artists.keeping.begin_due()
    outside.answer = lambda _: shown(PHOTO)
    services.artists.artists.edit(artist.id, change(picture=url), by=MIRA)
    fetch(services)
    assert services.artists.pictures.of_artist(artist.id, by=USER).url == url


def test_what_kills_its_fetcher_is_not_asked_for_ever(services: Services, outside: OutsideService) -> None:
    url = f"{outside.url}/deadly.jpg"
    wanted_with(services, url)
    store = services.artists.keeping._store
    for _ in range(3):
        assert store.begin(url)
        assert not store.begin(url)
        a_day_passes(services)
    assert not store.begin(url)
    a_day_passes(services)
    assert not services.artists.keeping.begin_due()


def test_storage_that_is_away_costs_no_try(
    services: Services, outside: OutsideService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StorageUnavailableError("It is away.")

    one = wanted_with(services, f"{outside.url}/later.jpg")
    with monkeypatch.context() as patch:
        patch.setattr(FileStore, "put", away)
        for _ in range(4):
            with pytest.raises(StorageUnavailableError):
                services.artists.keeping.kind.run(Work(job=None, tell_progress=lambda _: None))  # type: ignore[arg-type]
    fetch(services)
    assert content_of(services, one)


def test_nobody_is_asked_where_no_picture_can_be_made(
    services: Services, outside: OutsideService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Programs:
        raise ToolMissingError("There is no ffmpeg.")

    one = wanted_with(services, f"{outside.url}/made.jpg")
    work = Work(job=None, tell_progress=lambda _: None)  # type: ignore[arg-type]
    with monkeypatch.context() as patch:
        patch.setattr(services.artists.keeping, "_media", replace(services.artists.keeping._media, programs=missing))
        with pytest.raises(ToolMissingError):
            services.artists.keeping.kind.run(work)
    assert outside.asked == []
    fetch(services)
    assert content_of(services, one)


def test_nothing_is_fetched_while_that_is_not_wanted(services: Services, outside: OutsideService) -> None:
    services.live_settings.put("wanted_pictures", False, by=SYSTEM)
    wanted_with(services, f"{outside.url}/a.jpg")
    assert not services.artists.keeping.begin_due()
    services.live_settings.put("wanted_pictures", True, by=SYSTEM)
    fetch(services)
    assert len(outside.asked) == 1


def test_what_another_service_has_a_picture_of_gets_it(services: Services, outside: OutsideService) -> None:
    air = create(services, "Air")
    [new] = services.artists.wanted.found(air.id, [film("Kelly", id_="1")], by=SYSTEM)
    other = film("Kelly", id_="2", service="imvdb", picture=f"{outside.url}/kelly.jpg")
    assert services.artists.wanted.found(air.id, [other], by=SYSTEM) == []
    fetch(services)
    assert content_of(services, new.id)


def test_what_an_older_version_has_written_down_is_fetched_too(services: Services, outside: OutsideService) -> None:
    one = wanted_with(services, f"{outside.url}/older.jpg")
    with services.platform.databases.durable.writing() as connection:
        connection.execute(pictures.delete())
    assert not services.artists.keeping.begin_due()
    assert services.artists.keeping.want_missing() == 1
    assert services.artists.keeping.want_missing() == 0
    fetch(services)
    assert content_of(services, one)


def test_pictures_that_nobody_has_any_more_are_deleted(services: Services, outside: OutsideService) -> None:
    mine, theirs, kept = (f"{outside.url}/{each}.jpg" for each in ("mine", "theirs", "kept"))
    artist = create(services, "Air", picture=mine)
    wanted_with(services, theirs, artist=artist.id)
    one = wanted_with(services, kept, id_="2")
    fetch(services)
    assert services.artists.keeping.forget_unnamed() == 0
    services.artists.artists.delete(artist.id, by=MIRA)
    assert services.artists.keeping.forget_unnamed() == 0
    # Who is in the trash is seen by those who may bring them back, and by nobody else.
    assert services.artists.pictures.of_artist(artist.id, by=MIRA).url == mine
    with pytest.raises(ArtistNotFoundError):
        services.artists.pictures.of_artist(artist.id, by=USER)
    with services.platform.databases.durable.writing() as connection:
        connection.execute(update(artists).values(deleted_at=1))
    services.artists.trash.purge(lambda _: None)
    assert services.artists.keeping.forget_unnamed() == 2
    assert [stored(services, each) for each in (mine, theirs, kept)] == [False, False, True]
    assert content_of(services, one)


def test_a_merged_artist_keeps_its_picture_or_gets_the_others(services: Services, outside: OutsideService) -> None:
    for kept, gone in (("own", "other"), ("", "only")):
        into = create(services, f"Into {gone}", **({"picture": f"{outside.url}/{kept}.jpg"} if kept else {}))
        other = create(services, f"Gone {gone}", picture=f"{outside.url}/{gone}.jpg")
        fetch(services)
        services.artists.merging.merge(into.id, [other.id], by=MIRA)
        found = services.artists.pictures.of_artist(into.id, by=USER)
        assert found.url == f"{outside.url}/{kept or gone}.jpg"
        assert services.artists.pictures.of_artist(other.id, by=USER) == found
    assert services.artists.keeping.forget_unnamed() == 1
    assert not stored(services, f"{outside.url}/other.jpg")


def test_a_picture_that_is_gone_from_storage_is_fetched_again(services: Services, outside: OutsideService) -> None:
    url = f"{outside.url}/lost.jpg"
    one = wanted_with(services, url)
    fetch(services)
    services.media.derived.files.delete([name_of(url)])
    with pytest.raises(PictureNotFoundError):
        content_of(services, one)
    fetch(services)
    assert content_of(services, one)


def test_sweeping_what_is_made_of_videos_leaves_pictures(services: Services, outside: OutsideService) -> None:
    one = wanted_with(services, f"{outside.url}/beside.jpg")
    fetch(services)
    services.media.processing.sweep(by=SYSTEM)
    assert content_of(services, one)


def test_a_film_that_is_deleted_for_good_leaves_no_picture(services: Services, outside: OutsideService) -> None:
    url = f"{outside.url}/film.jpg"
    one = wanted_with(services, url)
    fetch(services)
    with services.platform.databases.durable.writing() as connection:
        connection.execute(films.delete().where(films.c.id == one))
    assert services.artists.keeping.forget_unnamed() == 1
    assert not stored(services, url)


def test_a_film_that_goes_while_its_picture_is_fetched_leaves_none(services: Services, outside: OutsideService) -> None:
    url = f"{outside.url}/going.jpg"
    one = wanted_with(services, url)

    def answer(_: object) -> Answered:
        with services.platform.databases.durable.writing() as connection:
            connection.execute(films.delete().where(films.c.id == one))
        services.artists.keeping.forget_unnamed()
        return shown(PHOTO)

    outside.answer = answer
    fetch(services)
    assert not stored(services, url)


def test_looking_for_missing_pictures_locks_nothing(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def writing() -> None:
        raise AssertionError

    monkeypatch.setattr(services.artists.keeping._store._database, "writing", writing)
    assert services.artists.keeping.want_missing() == 0


@pytest.mark.parametrize("place", ["stored", "written-down"])
def test_a_job_that_is_killed_leaves_nothing_half_and_is_made_up_for(
    services: Services, outside: OutsideService, place: str, durable_url: str, tmp_path: Path, azurite: str
) -> None:
    url = f"{outside.url}/killed-{uuid4()}.jpg"
    one = wanted_with(services, url)
    file = sqlite_file(make_url(durable_url))
    environment = os.environ | {
        "APP_ENV": "testing",
        "AZURE_STORAGE_CONNECTION_STRING": azurite,
        "AZURE_STORAGE_CONTAINER_NAME": "videos-of-accounts",
        "DATA_DIR": str(file.parent if file else tmp_path),
        "EGRESS_ALLOW_HOSTS": outside.host,
        **({} if file else {"DATABASE_URL": durable_url}),
    }
    command = [sys.executable, "-m", "tests.services.artists.killed_fetch", place]
    ended = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=120)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    with pytest.raises(PictureNotFoundError):
        services.artists.pictures.of_film(one, by=USER)
    assert stored(services, url) is (place == "written-down")
    assert not services.artists.keeping.begin_due()
    a_day_passes(services)
    fetch(services)
    assert content_of(services, one)
