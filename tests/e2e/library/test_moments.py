"""What is said in videos, found from the list: with and without scripts, by keys, and on a phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.server import Server, running_server
from tests.shelf import HOSTILE, LOOKS, barriers, stored

pytestmark = pytest.mark.browser

FILMS = 32
_LONG = "and then we walked on along the shore where nobody had been since the winter " * 5


@pytest.fixture(scope="module")
def talking(azurite: str, film: Path) -> Iterator[Server]:
    """A server with films in which a lighthouse is spoken of at the second 12; the newest is called after it too."""
    with running_server(azurite) as running:
        for number in range(FILMS):
            title = "Lighthouse" if number == FILMS - 1 else HOSTILE if number == FILMS - 2 else f"Film {number:02}"
            video = stored(running, film, title=title, processed=False)
            more = _LONG if number == 0 else HOSTILE
            said = f"WEBVTT\n\n00:12.500 --> 00:14.000\nThere is the lighthouse. {more}\n"
            captions = f"{running.url}{video['links']['self']}/captions/en"
            answer = requests.put(captions, data=said.encode(), headers={"Content-Type": "text/vtt"}, timeout=30)
            assert answer.status_code == 201, answer.text
        yield running


@pytest.fixture
def reader(browser: Browser, talking: Server) -> Iterator[Page]:
    with browser.new_context(base_url=talking.url, viewport={"width": 1280, "height": 800}) as context:
        yield context.new_page()


def found(page: Page, address: str, count: int) -> None:
    """Open an address until the index has taken in what the films say."""
    page.goto(address)
    for _ in range(50):
        if page.locator(".moment").count() >= count:
            return
        page.wait_for_timeout(200)
        page.reload()
    expect(page.locator(".moment")).to_have_count(count)


@pytest.mark.walk
def test_a_moment_is_found_by_keys_and_opens_at_its_second(reader: Page) -> None:
    found(reader, "/?q=lighthouse", 3)
    reader.goto("/")
    reader.keyboard.press("/")
    reader.keyboard.type("LIGHTHO")
    expect(reader.locator(".moment")).to_have_count(3)
    expect(reader.locator(".moment mark").first).to_have_text("lighthouse")
    link = reader.locator(".moment a").first
    expect(link).to_have_accessible_name("Lighthouse at 0:12")
    expect(reader.locator(".moment .fine").first).to_have_text("English")
    while not link.evaluate("link => link === document.activeElement"):
        reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Lighthouse")
    reader.wait_for_function("() => document.querySelector('video').currentTime >= 12.4")
    reader.go_back()
    expect(reader.locator(".moment")).to_have_count(3)


def test_all_moments_come_as_one_scrolls_and_the_titles_come_back(reader: Page) -> None:
    found(reader, "/?q=lighthouse&in=transcripts", 30)
    reader.goto("/?q=lighthouse")
    expect(reader.locator(".card h2")).to_have_text(["Lighthouse"])
    reader.get_by_role("link", name="All moments").click()
    expect(reader).to_have_url(re.compile(r"in=transcripts"))
    expect(reader.locator(".card")).to_have_count(0)
    reader.mouse.wheel(0, 20_000)
    expect(reader.locator(".moment")).to_have_count(FILMS)
    reader.get_by_role("link", name="Search in titles too").click()
    expect(reader.locator(".card h2")).to_have_text(["Lighthouse"])


def test_without_scripts_there_are_pages_of_moments(browser: Browser, talking: Server) -> None:
    with browser.new_context(base_url=talking.url, java_script_enabled=False) as context:
        page = context.new_page()
        found(page, "/?q=lighthouse&in=transcripts", 30)
        page.goto("/")
        page.get_by_role("searchbox").fill("shore nobody")
        page.get_by_role("searchbox").press("Enter")
        expect(page.locator(".moment")).to_have_count(1)
        expect(page.locator(".moment mark").first).to_have_text("shore")
        page.goto("/?q=lighthouse&in=transcripts")
        page.get_by_role("link", name="More moments").click()
        expect(page.locator(".moment")).to_have_count(FILMS - 30)
        page.locator(".moment a").last.click()
        expect(page.locator("video")).to_have_attribute("src", re.compile(r"#t=12\.5$"))


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_moments_have_no_barriers_and_fit(browser: Browser, talking: Server, scheme: str, width: int) -> None:
    with browser.new_context(
        base_url=talking.url,
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
        bypass_csp=True,
    ) as context:
        page = context.new_page()
        found(page, "/?q=lighthouse&in=transcripts", 30)
        for address in ("/?q=lighthouse", "/?q=lighthouse&in=transcripts", "/?q=shore", "/?q=zebra&in=transcripts"):
            page.goto(address)
            assert barriers(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
