"""Plain files behind an address come in whole, once, or not at all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from services.actors.actor import SYSTEM, Actor, ActorKind, Role
from services.actors.errors import ForbiddenError
from services.actors.policy import Visibility
from services.artists.change import ArtistChange
from services.assembly import Services
from services.egress.errors import AddressNotAllowedError
from services.events.event import Event
from services.events.listener import Listener
from services.events.sources import ImportCompleted, ImportFailed, ImportStarted
from services.imports.errors import AlreadyHereError, InvalidImportError
from services.imports.live_settings import LARGEST, WHO
from services.imports.record import Import, ImportQuery, ImportRequest
from services.jobs.errors import JobStateError
from services.jobs.job import State
from services.library.catalogue import PageQuery
from services.library.video_change import VideoChange
from tests.film_site import (
    Site,
    Visit,
    breaks_off,
    drips,
    endless,
    file,
    in_turn,
    leads_to,
    page,
    status,
    until_it_closes,
)
from tests.services.imports.conftest import Fetch, do

Begin = Callable[..., Import]


def content(services: Services, found: Import) -> bytes:
    assert found.video is not None
    video = services.library.videos.get(found.video, by=SYSTEM)
    return services.platform.blob_storage().read(video.id, offset=0, size=video.size)


def count(services: Services) -> int:
    return len(services.library.videos.page(PageQuery(limit=50), by=SYSTEM).videos)


@pytest.fixture
def heard(services: Services) -> list[Event]:
    found: list[Event] = []
    wants = (ImportStarted, ImportCompleted, ImportFailed)
    taking = Listener(name="test", wants=wants, take=lambda said: found.append(said.event), at_once=True)
    services.platform.events.listen(taking)
    return found


def test_a_file_comes_in_with_what_was_said_of_it(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, heard: list[Event]
) -> None:
    site.pages["/films/holiday film.mp4"] = site.pages["/films/holiday%20film.mp4"] = file(film, ETag='"1"')
    air = services.artists.artists.create(ArtistChange(name="Air"), by=SYSTEM)
    asked = begin(site.url("/films/holiday%20film.mp4"), tags=("summer",), artist=air.id)
    assert (asked.state, asked.progress, asked.video) == (State.QUEUED, 0.0, None)
    done = fetch(asked)
    assert (done.state, done.progress, done.error) == (State.DONE, 1.0, None)
    assert (done.bytes, done.total, done.eta) == (len(film), len(film), None)
    assert content(services, done) == film
    assert done.video is not None
    video = services.library.videos.get(done.video, by=SYSTEM)
    assert (video.title, video.original_name, video.tags) == ("holiday film", "holiday film.mp4", ("summer",))
    assert heard == [
        ImportStarted(import_id=done.id, url=done.url),
        ImportCompleted(import_id=done.id, url=done.url, video_id=video.id, artist=air.id),
    ]


def test_what_is_here_or_on_its_way_does_not_come_twice(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    site.pages["/film.mp4"] = file(film)
    first = begin(site.url("/film.mp4"))
    assert begin(site.url("/film.mp4?sig=abc&sv=1#there")).id == first.id
    done = fetch(first)
    with pytest.raises(AlreadyHereError) as refused:
        begin(site.url("/film.mp4"))
    assert refused.value.video_id == done.video
    assert done.video is not None
    services.library.videos.trash(done.video, by=SYSTEM)
    again = begin(site.url("/film.mp4"))
    assert again.id != first.id
    assert fetch(again).state is State.DONE
    assert count(services) == 1


def test_a_video_that_somebody_may_not_see_is_not_told_of(
    services: Services, site: Site, film: bytes, fetch: Fetch
) -> None:
    site.pages["/film.mp4"] = file(film)
    mira, noor = (Actor(kind=ActorKind.PERSON, id=name, name=name, role=Role.USER) for name in ("mira", "noor"))
    imports = services.imports.imports
    done = fetch(imports.begin(ImportRequest(url=site.url("/film.mp4")), by=mira)[0])
    assert done.video is not None
    services.library.videos.edit(done.video, VideoChange(visibility=Visibility.PRIVATE), by=mira, if_match=None)
    again, _ = imports.begin(ImportRequest(url=site.url("/film.mp4")), by=noor)
    assert again.id != done.id


@pytest.mark.parametrize("code", [404, 403, 410])
def test_what_is_not_there_fails_at_once(site: Site, begin: Begin, fetch: Fetch, heard: list[Event], code: int) -> None:
    site.pages["/film.mp4"] = status(code)
    failed = fetch(begin(site.url("/film.mp4")))
    assert failed.state is State.FAILED
    assert failed.error
    assert isinstance(heard[-1], ImportFailed)
    assert heard[-1].error == failed.error


def test_what_breaks_off_is_tried_again_and_is_never_a_short_video(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, heard: list[Event]
) -> None:
    site.pages["/film.mp4"] = breaks_off(film, after=len(film) // 2)
    asked = fetch(begin(site.url("/film.mp4")))
    assert asked.state is State.QUEUED
    assert f"of {len(film)} bytes" in (asked.error or "")
    assert count(services) == 0
    assert not [each for each in heard if isinstance(each, ImportFailed)]
    again = services.jobs.store.cancel(asked.job_id or "")
    assert again is not None
    retried, _ = services.imports.imports.retry(asked.id, by=SYSTEM)
    failed = fetch(retried, last=True)
    assert failed.state is State.FAILED
    assert count(services) == 0
    site.pages["/film.mp4"] = file(film)
    retried, _ = services.imports.imports.retry(asked.id, by=SYSTEM)
    done = fetch(retried)
    assert (done.id, done.state) == (asked.id, State.DONE)
    assert content(services, done) == film


def test_what_breaks_off_and_has_a_version_goes_on_where_it_broke_off(
    services: Services, site: Site, begin: Begin, fetch: Fetch, film: bytes
) -> None:
    half = len(film) // 2

    def first_half(visit: Visit) -> None:
        visit.head(200, Content_Length=len(film), ETag='"1"', Content_Type="video/mp4")
        visit.send(film[:half])
        visit.close_connection = True

    site.pages["/film.mp4"] = in_turn(first_half, first_half, file(film, ETag='"1"'))
    done = fetch(begin(site.url("/film.mp4")))
    assert done.state is State.DONE
    assert content(services, done) == film


def test_a_film_that_lacks_its_end_does_not_come_in(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    short = film[: len(film) * 2 // 3]
    site.pages["/film.mp4"] = file(short)
    failed = fetch(begin(site.url("/film.mp4")))
    assert (failed.state, failed.error) == (State.FAILED, "The film is not whole: its end is missing.")
    site.pages["/other.mp4"] = until_it_closes(short)
    waiting = fetch(begin(site.url("/other.mp4")))
    assert waiting.state is State.QUEUED
    assert count(services) == 0


def test_a_file_that_says_nothing_of_its_size_comes_in_where_it_is_whole(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    site.pages["/film.mp4"] = until_it_closes(film)
    done = fetch(begin(site.url("/film.mp4")))
    assert done.state is State.DONE, done.error
    assert content(services, done) == film


def test_what_is_no_film_does_not_come_in(services: Services, site: Site, begin: Begin, fetch: Fetch) -> None:
    site.pages["/notes.mp4"] = page("no film at all, whatever its name says", "video/mp4")
    assert fetch(begin(site.url("/notes.mp4"))).state is State.FAILED
    # It begins like one, and has nothing in it.
    site.pages["/empty.mp4"] = file(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0\0\0\x08free" * 400)
    failed = fetch(begin(site.url("/empty.mp4")))
    assert failed.state is State.FAILED
    assert failed.error
    assert count(services) == 0


def test_what_has_no_end_is_ended(services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch) -> None:
    services.live_settings.put(LARGEST.key, 1, by=SYSTEM)
    site.pages["/film.mp4"] = endless(film)
    failed = fetch(begin(site.url("/film.mp4")))
    assert (failed.state, failed.error) == (State.FAILED, "The film is larger than the 1 MiB that are fetched.")
    site.pages["/large.mp4"] = breaks_off(film + bytes(3 * 1024 * 1024), after=100_000)
    failed = fetch(begin(site.url("/large.mp4")))
    assert "larger" in (failed.error or "")
    assert count(services) == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/film.mp4",
        "http://2130706433/film.mp4",
        "http://[::1]/film.mp4",
        "http://[::ffff:10.0.0.1]/film.mp4",
        "http://169.254.169.254/latest/meta-data",
        "http://0x7f.1/",
        "file:///etc/passwd",
        "ftp://films.example/film.mp4",
        "http://mira:secret@films.example/film.mp4",
        "films.example/film.mp4",
    ],
)
def test_addresses_that_lead_inward_are_refused_at_once(services: Services, begin: Begin, url: str) -> None:
    with pytest.raises(AddressNotAllowedError):
        begin(url)
    assert services.imports.imports.page(ImportQuery(limit=10), by=SYSTEM).imports == ()


def test_a_redirect_inward_fails_at_once_and_is_not_followed(
    services: Services, site: Site, begin: Begin, fetch: Fetch
) -> None:
    port = site.host.rpartition(":")[2]
    site.pages["/film.mp4"] = leads_to(f"http://localhost:{port}/secret")
    failed = fetch(begin(site.url("/film.mp4")))
    assert failed.state is State.FAILED
    assert "public network" in (failed.error or "")
    assert site.asked == ["/film.mp4"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quality": "4k"}, "quality"),
        ({"tags": ("a,b",)}, "tags"),
        ({"title": "x" * 300}, "title"),
        ({"artist": "no id"}, "artist"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(
    site: Site, begin: Begin, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidImportError) as refused:
        begin(site.url("/film.mp4"), **wrong)
    assert refused.value.errors[0]["field"] == field


def test_a_cancelled_import_stays_cancelled_until_it_is_tried_again(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    site.pages["/film.mp4"] = file(film)
    imports = services.imports.imports
    asked = begin(site.url("/film.mp4"))
    assert imports.cancel(asked.id, by=SYSTEM).state is State.CANCELLED
    assert imports.cancel(asked.id, by=SYSTEM).state is State.CANCELLED
    assert services.jobs.store.claim_one(asked.job_id or "", worker="a test") is None
    retried, job = imports.retry(asked.id, by=SYSTEM)
    assert (retried.id, retried.state, job.id) == (asked.id, State.QUEUED, asked.job_id)
    done = fetch(retried)
    assert done.state is State.DONE
    with pytest.raises(JobStateError):
        imports.cancel(asked.id, by=SYSTEM)
    with pytest.raises(AlreadyHereError):
        imports.retry(asked.id, by=SYSTEM)


def test_a_job_that_is_cancelled_past_it_ends_the_import(
    services: Services, site: Site, begin: Begin, heard: list[Event]
) -> None:
    asked = begin(site.url("/film.mp4"))
    services.jobs.jobs.cancel(asked.job_id or "", by=SYSTEM)
    assert services.imports.imports.get(asked.id, by=SYSTEM).state is State.CANCELLED
    assert services.imports.imports.settle(by=SYSTEM) == 1
    assert services.imports.imports.settle(by=SYSTEM) == 0
    assert [type(each) for each in heard] == [ImportFailed]
    # And what was let go of can be asked for again.
    assert begin(site.url("/film.mp4")).id != asked.id


def test_an_attempt_that_was_killed_after_the_commit_is_found_out(
    services: Services, site: Site, film: bytes, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/film.mp4"] = file(film)
    asked = begin(site.url("/film.mp4"))
    killed = RuntimeError("killed")

    def die(*_: object, **__: object) -> None:
        raise killed

    with monkeypatch.context() as patched:
        patched.setattr(type(services.imports.imports._store), "finish", die)
        assert do(services, asked).state is State.QUEUED
    assert count(services) == 1
    services.jobs.store.cancel(asked.job_id or "")
    retried, _ = services.imports.imports.retry(asked.id, by=SYSTEM)
    done = do(services, retried)
    assert done.state is State.DONE
    assert (count(services), site.asked.count("/film.mp4")) == (1, 2)


def test_an_administrator_says_who_may(services: Services, site: Site) -> None:
    mira = Actor(kind=ActorKind.PERSON, id="mira", name="mira", role=Role.USER)
    imports = services.imports.imports
    assert imports.may_begin(by=mira)
    services.live_settings.put(WHO.key, "MANAGER", by=SYSTEM)
    assert not imports.may_begin(by=mira)
    with pytest.raises(ForbiddenError):
        imports.begin(ImportRequest(url=site.url("/film.mp4")), by=mira)


def test_no_address_is_kept_in_the_open(services: Services, site: Site, begin: Begin, tmp_path: Path) -> None:
    asked = begin(site.url("/film.mp4?token=letmein&v=7&sig=abcdef"))
    assert asked.url == site.url("/film.mp4?token=…&v=7")
    with services.platform.databases.durable.reading() as connection:
        for table in ("reelgate_imports", "reelgate_jobs", "reelgate_outbox"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                assert "letmein" not in str(row)
                assert "abcdef" not in str(row)


def test_a_file_that_drips_is_ended_and_tried_again(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.egress.line._SLOW_SECONDS", 0.3)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n{}\r\n"
    for version in (b"", b'ETag: "1"\r\n'):
        path = f"/{len(version)}.mp4"
        site.pages[path] = drips(head.replace(b"{}", version) + film[:5000], b"x")
        waiting = fetch(begin(site.url(path)))
        assert waiting.state is State.QUEUED
        # With a version the rest is asked for, which this site does not give.
        assert "too slowly" in (waiting.error or "") or (version and "gives no parts" in (waiting.error or ""))
    assert count(services) == 0


def test_who_gives_a_byte_for_each_request_is_not_asked_for_all_of_them(
    site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    def one_more(visit: Visit) -> None:
        first = int(visit.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0])
        said = {"Content_Range": f"bytes {first}-{len(film) - 1}/{len(film)}"} if first else {}
        visit.head(206 if first else 200, Content_Length=len(film) - first, ETag='"1"', **said)
        visit.send(film[first : first + (1 if first else 4000)])
        visit.close_connection = True

    site.pages["/film.mp4"] = one_more
    waiting = fetch(begin(site.url("/film.mp4")))
    assert waiting.state is State.QUEUED
    assert len(site.asked) < 10
