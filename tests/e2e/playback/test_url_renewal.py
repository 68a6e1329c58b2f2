"""A page whose player reads from storage goes on when its signed URL has ended."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.films import write_film
from tests.server import Server, running_server
from tests.shelf import choosing, stored

pytestmark = pytest.mark.browser

STATE = """() => {
  const { currentTime, playbackRate, paused, error, textTracks } = document.querySelector("video");
  return { currentTime, playbackRate, paused, error: error?.code ?? 0, modes: [...textTracks].map((t) => t.mode) };
}"""


@pytest.fixture(scope="module")
def redirecting(azurite: str) -> Iterator[Server]:
    with running_server(azurite, playback_mode="redirect") as server:
        yield server


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film that is longer than what a browser reads ahead."""
    path = tmp_path_factory.mktemp("films") / "long.mp4"
    write_film(path, seconds=240)
    return path


class Storage:
    """Storage as a page sees it: what was signed before it `expires` is refused, as Azure refuses it."""

    def __init__(self, page: Page, server: Server) -> None:
        self._signed: list[str] = []
        self._ended: set[str] = set()
        page.route(lambda url: urlsplit(url).path.startswith("/devstoreaccount1/"), self._answer)
        page.on("request", lambda asked: self.asked.append(asked.url))
        self.asked: list[str] = []
        self.content = f"{server.url}/api/videos/"

    def expires(self) -> None:
        """End all URLs that have been used so far."""
        self._ended |= set(self._signed)

    def _answer(self, route: Route) -> None:
        # Signatures of one second are the same: another second is another URL.
        signature = route.request.url
        if signature in self._ended:
            route.fulfill(status=403, headers={"x-ms-error-code": "AuthenticationFailed"})
        else:
            self._signed.append(signature)
            route.continue_()


@pytest.fixture
def page(browser: Any, redirecting: Server) -> Iterator[Page]:
    with browser.new_context(base_url=redirecting.url) as context:
        yield context.new_page()


def watching(page: Page, server: Server, film: Path) -> Storage:
    storage = Storage(page, server)
    page.goto(stored(server, film, title="Long")["links"]["page"])
    expect(page.locator("[data-fact=length]")).to_contain_text("4:00")
    page.evaluate("""() => {
      const video = document.querySelector("video");
      video.muted = true;
      const track = video.addTextTrack("captions", "mine");
      track.addCue(new VTTCue(0, 240, "spoken"));
      track.mode = "showing";
    }""")
    choosing(page)
    page.locator("#speed").select_option("1.5")
    page.evaluate("() => document.querySelector('video').play()")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.5")
    return storage


def test_the_player_goes_on_with_another_url(page: Page, redirecting: Server, film: Path) -> None:
    storage = watching(page, redirecting, film)
    for second in (200, 100):
        page.wait_for_timeout(1100)  # The next signature is of another second.
        storage.expires()
        page.evaluate("second => { document.querySelector('video').currentTime = second; }", second)
        page.wait_for_function(
            "second => { const video = document.querySelector('video');"
            " return !video.error && !video.paused && video.readyState > 2 && video.currentTime > second; }",
            arg=second,
        )
        state = page.evaluate(STATE)
        assert second < state["currentTime"] < second + 20
        assert (state["playbackRate"], state["modes"]) == (1.5, ["showing"])
    assert page.locator(".unplayable").is_hidden()


def test_a_player_that_stands_still_stays_so(page: Page, redirecting: Server, film: Path) -> None:
    storage = watching(page, redirecting, film)
    page.evaluate("() => document.querySelector('video').pause()")
    page.wait_for_timeout(1100)
    storage.expires()
    page.evaluate("() => { document.querySelector('video').currentTime = 200; }")
    page.wait_for_function(
        "() => { const video = document.querySelector('video');"
        " return !video.error && !video.seeking && video.readyState > 1 && video.currentTime === 200; }"
    )
    assert page.evaluate(STATE)["paused"]


def test_a_video_that_is_gone_is_not_asked_for_without_end(page: Page, redirecting: Server, film: Path) -> None:
    storage = watching(page, redirecting, film)
    video_id = page.locator("article.watch").get_attribute("data-id")
    page.request.delete(f"{redirecting.url}/api/videos/{video_id}")
    page.wait_for_timeout(1100)
    storage.expires()
    storage.asked.clear()
    page.evaluate("() => { document.querySelector('video').currentTime = 200; }")
    expect(page.locator(".unplayable")).to_be_visible()
    assert 1 <= sum(url.startswith(storage.content) and url.endswith("/content") for url in storage.asked) <= 3
