"""Films of pages and lists come in by yt-dlp, which has no way out but ours."""

import base64
import http.client
from pathlib import Path

import pytest

from services.actors.actor import SYSTEM
from services.artists.change import ArtistChange
from services.assembly import Services
from services.captions.track import CaptionKind
from services.egress.guard import EgressGuard
from services.egress.proxy import EgressProxy
from services.imports.record import ImportKind, ImportQuery
from services.jobs.job import State
from services.library.catalogue import PageQuery
from services.media.ffmpeg_runs import Source
from services.media.probe import probe
from tests.film_site import Site, breaks_off, drips, file, leads_to, page
from tests.media_films import PROGRAMS, ffmpeg
from tests.services.imports.conftest import Fetch, do
from tests.services.imports.test_files import Begin, content, count

pytestmark = pytest.mark.thorough

PAGE = '<html><head><title>{title}</title></head><body><video controls src="{src}"></video></body></html>'
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour</title>{items}</channel></rss>'


def folder_of(site: Site, folder: Path) -> None:
    """Have the site give out the files of a folder."""
    types = {".m3u8": "application/vnd.apple.mpegurl", ".mpd": "application/dash+xml"}
    for each in folder.iterdir():
        site.pages[f"/{each.name}"] = file(each.read_bytes(), content_type=types.get(each.suffix, "video/mp4"))


def test_a_film_on_a_page_comes_in_by_the_name_of_the_page(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    site.pages["/watch"] = page(PAGE.format(title="The sea", src="/film.mp4"))
    site.pages["/film.mp4"] = file(film)
    done = fetch(begin(site.url("/watch"), tags=("summer",)))
    assert (done.state, done.error) == (State.DONE, None)
    assert content(services, done) == film
    assert done.video is not None
    video = services.library.videos.get(done.video, by=SYSTEM)
    assert (video.title, video.tags) == ("The sea", ("summer",))


def test_every_film_of_a_list_is_an_import_of_its_own(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    items = "".join(f"<item><title>Part {n}</title><link>{site.url(f'/{n}.mp4')}</link></item>" for n in range(3))
    site.pages["/feed"] = page(RSS.format(items=items), "application/rss+xml")
    site.pages |= {f"/{n}.mp4": file(film + bytes([0, 0, 0, 9]) + b"free" + bytes([n])) for n in range(2)}
    air = services.artists.artists.create(ArtistChange(name="Air"), by=SYSTEM)
    found = fetch(begin(site.url("/feed"), artist=air.id))
    assert (found.kind, found.state, found.progress) == (ImportKind.LIST, State.RUNNING, 0.0)
    entries = services.imports.imports.page(ImportQuery(limit=10, parent=found.id), by=SYSTEM).imports
    assert sorted(each.url for each in entries) == [site.url(f"/{n}.mp4") for n in range(3)]
    assert {each.artist for each in entries} == {air.id}
    for each in entries:
        do(services, each)
    found = services.imports.imports.get(found.id, by=SYSTEM)
    assert (found.state, found.progress) == (State.DONE, 1.0)
    assert found.error == "1 of 3 films could not be fetched."
    assert count(services) == 2
    # Once more, it brings what has not come in.
    again = fetch(begin(site.url("/feed")))
    entries = services.imports.imports.page(ImportQuery(limit=10, parent=again.id), by=SYSTEM).imports
    assert [each.url for each in entries] == [site.url("/2.mp4")]


def test_a_list_in_a_list_is_not_gone_into(services: Services, site: Site, begin: Begin, fetch: Fetch) -> None:
    item = f"<item><title>More</title><link>{site.url('/inner')}</link></item>"
    site.pages["/outer"] = page(RSS.format(items=item), "application/rss+xml")
    site.pages["/inner"] = page(RSS.format(items=item.replace("/inner", "/outer?more")), "application/rss+xml")
    found = fetch(begin(site.url("/outer")))
    [entry] = services.imports.imports.page(ImportQuery(limit=10, parent=found.id), by=SYSTEM).imports
    done = do(services, entry)
    assert (done.state, done.error) == (State.FAILED, "A list in a list is not gone into: give its own address.")


def test_hls_comes_in_as_one_film(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, tmp_path: Path
) -> None:
    folder = tmp_path / "hls"
    folder.mkdir()
    (tmp_path / "film.mp4").write_bytes(film)
    ffmpeg("-i", str(tmp_path / "film.mp4"), "-c", "copy", "-hls_time", "1", "-f", "hls", str(folder / "index.m3u8"))
    folder_of(site, folder)
    done = fetch(begin(site.url("/index.m3u8")))
    assert (done.state, done.error) == (State.DONE, None)
    [video] = services.library.videos.page(PageQuery(limit=5), by=SYSTEM).videos
    assert video.content_type == "video/mp2t"


def test_a_missing_part_of_hls_makes_no_short_film(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, tmp_path: Path
) -> None:
    folder = tmp_path / "hls"
    folder.mkdir()
    (tmp_path / "film.mp4").write_bytes(film)
    made = ("-c:v", "libx264", "-g", "10", "-c:a", "copy", "-hls_time", "1", "-f", "hls")
    ffmpeg("-i", str(tmp_path / "film.mp4"), *made, str(folder / "index.m3u8"))
    folder_of(site, folder)
    [*_, last] = sorted(name for name in site.pages if name.endswith(".ts"))
    del site.pages[last]
    assert fetch(begin(site.url("/index.m3u8"))).state is not State.DONE
    assert count(services) == 0


def test_picture_and_sound_apart_become_one_film_and_leave_nothing_behind(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, tmp_path: Path
) -> None:
    folder = tmp_path / "dash"
    folder.mkdir()
    (tmp_path / "film.mp4").write_bytes(film)
    ffmpeg("-i", str(tmp_path / "film.mp4"), "-c", "copy", "-f", "dash", str(folder / "index.mpd"))
    folder_of(site, folder)
    done = fetch(begin(site.url("/index.mpd")))
    assert (done.state, done.error) == (State.DONE, None)
    (tmp_path / "joined.mp4").write_bytes(content(services, done))
    facts = probe(PROGRAMS, Source.file(tmp_path / "joined.mp4"))
    assert facts.is_film
    assert len(facts.sounds) == 1
    assert [each for each in (tmp_path / "scratch").iterdir() if each.is_dir()] == []


def test_a_film_whose_size_nobody_knows_leaves_others_their_scratch_space(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch, tmp_path: Path
) -> None:
    folder = tmp_path / "dash"
    folder.mkdir()
    (tmp_path / "film.mp4").write_bytes(film)
    ffmpeg("-i", str(tmp_path / "film.mp4"), "-c", "copy", "-f", "dash", str(folder / "index.mpd"))
    folder_of(site, folder)
    scratch = services.media.work.scratch
    with scratch.folder(scratch.megabytes // 2 - 200):
        done = fetch(begin(site.url("/index.mpd")))
    assert (done.state, done.error) == (State.DONE, None)


def test_what_breaks_off_behind_a_page_is_no_video(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    site.pages["/watch"] = page(PAGE.format(title="The sea", src="/film.mp4"))
    site.pages["/film.mp4"] = breaks_off(film, after=len(film) // 2)
    waiting = fetch(begin(site.url("/watch")))
    assert waiting.state is State.QUEUED
    assert waiting.error
    assert count(services) == 0


def test_a_page_without_a_film_fails_at_once(site: Site, begin: Begin, fetch: Fetch) -> None:
    site.pages["/about"] = page("<html><head><title>About</title></head><body>Nothing to see.</body></html>")
    failed = fetch(begin(site.url("/about")))
    assert (failed.state, failed.error) == (State.FAILED, "There is no film at this address.")


def test_a_page_leads_nobody_inward(site: Site, begin: Begin, fetch: Fetch) -> None:
    port = site.host.rpartition(":")[2]
    site.pages["/watch"] = page(PAGE.format(title="The sea", src=f"http://localhost:{port}/secret.mp4"))
    site.pages["/moved"] = page(PAGE.format(title="The sea", src="/elsewhere.mp4"))
    site.pages["/elsewhere.mp4"] = leads_to(f"http://[::1]:{port}/secret.mp4")
    for path in ("/watch", "/moved"):
        failed = fetch(begin(site.url(path)))
        assert failed.state is State.FAILED
        assert "public network" in (failed.error or "")
    assert "/secret.mp4" not in site.asked


def test_what_is_said_of_a_film_comes_along(
    services: Services, site: Site, film: bytes, begin: Begin, fetch: Fetch
) -> None:
    tracks = '<track kind="subtitles" srclang="de" src="/de.vtt">'
    source = '<source src="/film.mp4" type="video/mp4">'
    site.pages["/watch"] = page(f"<html><title>The sea</title><video>{source}{tracks}</video>")
    site.pages["/film.mp4"] = file(film)
    site.pages["/de.vtt"] = page("WEBVTT\n\n00:01.000 --> 00:03.000\nDas Meer.\n", "text/vtt")
    done = fetch(begin(site.url("/watch")))
    assert done.video is not None
    [track] = services.captions.captions.tracks(done.video, by=SYSTEM)
    assert (track.language, track.kind) == ("de", CaptionKind.SUBTITLES)


def was_refused(proxy: EgressProxy) -> bool:
    return proxy.refused is not None


def asked(proxy: EgressProxy, url: str, password: str | None) -> tuple[int, bytes]:
    host = proxy.url.rpartition("@")[2]
    connection = http.client.HTTPConnection(host, timeout=10)
    said = f"Basic {base64.b64encode((password or '').encode()).decode()}"
    headers = {} if password is None else {"Proxy-Authorization": said}
    connection.request("GET", url, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_the_way_out_is_for_one_program_and_leads_outward_alone(site: Site) -> None:
    site.pages["/a"] = page("hello")
    with EgressProxy(EgressGuard([site.host]), most=1000) as proxy:
        known = proxy.url.removeprefix("http://").rpartition("@")[0]
        assert asked(proxy, site.url("/a"), known) == (200, b"hello")
        for wrong in (None, "import:guess", ""):
            assert asked(proxy, site.url("/a"), wrong)[0] == 407
        assert not was_refused(proxy)
        assert asked(proxy, f"http://localhost:{site.host.rpartition(':')[2]}/a", known)[0] == 403
        assert was_refused(proxy)
        tunnel = http.client.HTTPConnection(proxy.url.rpartition("@")[2], timeout=10)
        said = {"Proxy-Authorization": f"Basic {base64.b64encode(known.encode()).decode()}"}
        tunnel.set_tunnel("169.254.169.254", 80, headers=said)
        with pytest.raises(OSError, match="403"):
            tunnel.connect()
        tunnel.close()
        site.pages["/large"] = page("x" * 5000)
        with pytest.raises((http.client.IncompleteRead, OSError)):
            asked(proxy, site.url("/large"), known)
        assert proxy.is_spent


def test_a_page_and_a_film_behind_one_that_drip_are_ended(
    services: Services, site: Site, begin: Begin, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"
    site.pages["/slow"] = drips(head + b" " * 10_000, b" ")
    monkeypatch.setattr("services.imports.reader._LOOK_SECONDS", 1.0)
    waiting = fetch(begin(site.url("/slow")))
    assert (waiting.state, waiting.error) == (State.QUEUED, "It took too long to find out what is there.")
    monkeypatch.undo()
    site.pages["/watch"] = page(PAGE.format(title="The sea", src="/film.mp4"))
    site.pages["/film.mp4"] = drips(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n", b"x")
    monkeypatch.setattr("services.imports.reader._SLOW_SECONDS", 1.0)
    waiting = fetch(begin(site.url("/watch")))
    assert (waiting.state, waiting.error) == (State.QUEUED, "It comes too slowly, and was ended.")
    assert count(services) == 0
