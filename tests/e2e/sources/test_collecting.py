"""A walk as a collector: somebody is followed, their films are found, fetched and watched, with real workers."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.film_site import Site, file, page, running_site
from tests.films import write_film
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

CHANNEL = "UC0123456789abcdefghijkl"
FEED = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Crane School</title>
<entry><id>film-1</id><title>Hand signals</title><published>2026-03-01T00:00:00+00:00</published>
  <link rel="enclosure" type="video/mp4" href="/films/hand-signals.mp4"/></entry>
<entry><id>film-2</id><title>Slewing ring</title>
  <link rel="enclosure" type="video/mp4" href="/films/slewing-ring.mp4"/></entry></feed>"""
_PATIENCE = 120_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An outside service and a site with films in one."""
    film = tmp_path_factory.mktemp("films") / "film.mp4"
    write_film(film, seconds=4)
    with running_site() as found:
        found.pages["/feeds/videos.xml"] = page(FEED, "application/atom+xml")
        found.pages["/films/hand-signals.mp4"] = file(film.read_bytes(), ETag='"1"')
        yield found


@pytest.fixture(scope="module")
def server(azurite: str, site: Site) -> Iterator[Server]:
    where = {name: site.url("") for name in ("youtube_url", "musicbrainz_url")}
    with running_server(azurite, worker_concurrency=1, egress_allow_hosts=site.host, **where) as running:
        # The schedule is what finds the films.
        setting = f"{running.url}/api/settings/discover_new_artists"
        requests.put(setting, json={"value": False}, timeout=30).raise_for_status()
        yield running


def until(page: Page, text: str) -> None:
    """Look again until the page says so."""
    for _ in range(240):
        if page.get_by_text(text).first.is_visible():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def test_somebody_is_followed_and_their_film_is_found_fetched_and_watched(browser: Browser, server: Server) -> None:
    with browser.new_context(base_url=server.url) as context:
        page = context.new_page()
        page.goto("/artists")
        page.get_by_label("New artist").fill("Crane School")
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_text("Edit", exact=True).first.click()
        page.get_by_label("YouTube").fill(CHANNEL)
        page.get_by_role("button", name="Save").click()
        artist = page.url
        page.goto("/schedules")
        page.locator("select[name=kind]").select_option("artist")
        page.get_by_label("Address, name or words").fill("Crane School")
        page.get_by_role("button", name="Add schedule").click()
        page.get_by_role("button", name="Look now: Crane School").click()
        until(page, "2 new films")
        page.goto(artist)
        page.get_by_role("button", name="Ignore: Slewing ring").click()
        page.get_by_role("button", name="Download: Hand signals").click()
        page.goto(f"{artist}?state=DOWNLOADED")
        until(page, "Hand signals")
        page.get_by_role("link", name="Hand signals").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Hand signals")
        video = page.locator("video")
        video.wait_for(timeout=_PATIENCE)
        video.evaluate("video => { video.muted = true; return video.play(); }")
        handle = video.element_handle()
        page.wait_for_function("video => video.currentTime > 0.5", arg=handle, timeout=_PATIENCE)
        page.goto("/wanted?state=IGNORED")
        expect(page.get_by_text("Slewing ring")).to_be_visible()
