"""Names are read however a source says them; a film whose end nobody knows does not come in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.assembly import Services
from services.egress.guard import EgressGuard
from services.imports.web_file import look_at
from services.jobs.job import State
from tests.film_site import Answer, Site, file, page, says, until_it_closes
from tests.media_films import ffmpeg, make_film
from tests.services.imports.conftest import Fetch
from tests.services.imports.test_files import Begin, count
from tests.services.imports.test_pages import PAGE

pytestmark = pytest.mark.thorough

MPD = """<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"><Period>
<AdaptationSet mimeType="video/mp4">
<Representation id="v" bandwidth="9000" width="64" height="64" codecs="avc1.42c00a"><BaseURL>picture.mp4</BaseURL>
</Representation></AdaptationSet><AdaptationSet mimeType="audio/mp4">
<Representation id="a" bandwidth="900" codecs="mp4a.40.2"><BaseURL>sound.mp4</BaseURL>
</Representation></AdaptationSet></Period></MPD>"""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\n"


@pytest.fixture(scope="module")
def flash(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A film of a format that tells no length."""
    return make_film(tmp_path_factory.mktemp("films") / "flv1.flv").read_bytes()


def in_pieces(data: bytes, *, last: bool) -> Answer:
    body = f"{len(data):x}\r\n".encode() + data + b"\r\n" + (b"0\r\n\r\n" if last else b"")
    return says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment;e*", "film.mp4"),
        ("attachment; filename*", "film.mp4"),
        ("attachment; filename*=", "film.mp4"),
        ("attachment; filename*=utf-8''", "film.mp4"),
        ("attachment; filename*=x'y'z.mp4", "film.mp4"),
        ('attachment; filename="', "film.mp4"),
        (';;;=;"\\', "film.mp4"),
        ("=?utf-8?b?x", "film.mp4"),
        ("attachment; filename=sea.mp4", "sea.mp4"),
        ('attachment; filename="the sea.mp4"', "the sea.mp4"),
        ('attachment; filename="a \\"b\\".mp4"', 'a "b".mp4'),
        ("attachment; filename=x.mp4; filename*=UTF-8''the%20s%C3%A9a.mp4", "the s\u00e9a.mp4"),
        ("attachment; filename*=utf-8''%FF%00.mp4", "\ufffd.mp4"),
        ('attachment; filename="../../etc/sea.mp4"', "sea.mp4"),
        ("attachment; filename=\u00fcber.mp4", "\u00fcber.mp4"),
    ],
)
def test_a_name_is_read_from_any_header(site: Site, film: bytes, header: str, name: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(film)}\r\nContent-Disposition: {header}\r\n\r\n"
    site.pages["/film.mp4"] = says(head.encode() + film)
    found = look_at(EgressGuard([site.host]), site.url("/film.mp4"))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (until_it_closes, State.FAILED),
        (lambda data: until_it_closes(data[: len(data) // 2]), State.FAILED),
        (lambda data: in_pieces(data[: len(data) // 2], last=False), State.QUEUED),
        (lambda data: in_pieces(data, last=True), State.DONE),
        (file, State.DONE),
    ],
)
def test_a_film_that_tells_no_length_comes_in_where_its_source_tells_it(
    services: Services,
    site: Site,
    flash: bytes,
    begin: Begin,
    fetch: Fetch,
    answer: Callable[[bytes], Answer],
    state: State,
) -> None:
    site.pages["/film.flv"] = answer(flash)
    found = fetch(begin(site.url("/film.flv")))
    assert found.state is state, found.error
    assert count(services) == (state is State.DONE)


def test_an_mp4_in_fragments_may_lack_some_and_comes_in_where_its_source_tells_its_length(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, tmp_path: Path
) -> None:
    (tmp_path / "film.mp4").write_bytes(film)
    made = ("-c", "copy", "-movflags", "frag_keyframe+empty_moov", str(tmp_path / "fragments.mp4"))
    ffmpeg("-i", str(tmp_path / "film.mp4"), *made)
    fragments = (tmp_path / "fragments.mp4").read_bytes()
    site.pages["/film.mp4"] = until_it_closes(fragments[: fragments.rindex(b"moof") - 4])
    assert fetch(begin(site.url("/film.mp4"))).state is State.FAILED
    site.pages["/film.mp4"] = file(fragments)
    assert fetch(begin(site.url("/film.mp4"))).state is State.DONE
    assert count(services) == 1


def test_the_same_holds_behind_a_page(services: Services, site: Site, flash: bytes, begin: Begin, fetch: Fetch) -> None:
    site.pages["/watch"] = page(PAGE.format(title="The sea", src="/film.flv"))
    site.pages["/film.flv"] = until_it_closes(flash, "video/x-flv")
    failed = fetch(begin(site.url("/watch")))
    assert failed.state is State.FAILED
    assert "nobody can tell" in (failed.error or "")
    site.pages["/film.flv"] = file(flash, content_type="video/x-flv")
    assert fetch(begin(site.url("/watch"))).state is State.DONE
    assert count(services) == 1


def test_and_for_picture_and_sound_that_are_files_of_their_own(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, tmp_path: Path
) -> None:
    (tmp_path / "film.mp4").write_bytes(film)
    for name, leave_out in (("picture", "-an"), ("sound", "-vn")):
        ffmpeg("-i", str(tmp_path / "film.mp4"), "-c", "copy", leave_out, str(tmp_path / f"{name}.mp4"))
        site.pages[f"/{name}.mp4"] = file((tmp_path / f"{name}.mp4").read_bytes())
    site.pages["/film.mpd"] = page(MPD, "application/dash+xml")
    site.pages["/sound.mp4"] = until_it_closes((tmp_path / "sound.mp4").read_bytes())
    failed = fetch(begin(site.url("/film.mpd")))
    assert failed.state is State.FAILED
    assert "nobody can tell" in (failed.error or "")
    site.pages["/sound.mp4"] = file((tmp_path / "sound.mp4").read_bytes())
    done = fetch(begin(site.url("/film.mpd")))
    assert (done.state, done.error) == (State.DONE, None)
    assert count(services) == 1
