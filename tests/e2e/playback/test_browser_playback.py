"""A real browser plays a real film, and seeks in it."""

import re
import time
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser

from tests.films import write_film
from tests.server import Server

pytestmark = pytest.mark.browser

_SHOW = """url => new Promise((resolve, reject) => {
    const video = document.createElement("video");
    video.muted = true;
    video.onloadedmetadata = () => resolve(video.duration);
    video.onerror = () => reject(new Error(video.error.message));
    video.src = url;
    document.body.append(video);
})"""
_SEEK = """seconds => new Promise((resolve, reject) => {
    const video = document.querySelector("video");
    video.onseeked = () => resolve(video.currentTime);
    video.onerror = () => reject(new Error(video.error.message));
    video.currentTime = seconds;
})"""
_PLAY = """async () => {
    const video = document.querySelector("video"), from = video.currentTime;
    await video.play();
    while (video.currentTime <= from) await new Promise(requestAnimationFrame);
    video.pause();
}"""


@pytest.mark.parametrize(("name", "codec"), [("film.mp4", "libx264"), ("film.webm", "libvpx")])
def test_a_film_plays_and_seeks_to_its_end_and_back(
    server: Server, browser: Browser, tmp_path: Path, name: str, codec: str
) -> None:
    write_film(tmp_path / name, seconds=60, codec=codec)
    video = requests.put(f"{server.url}/api/upload/{name}", data=(tmp_path / name).read_bytes(), timeout=60).json()
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{server.url}/health")
        assert page.evaluate(_SHOW, video["url"]) == pytest.approx(60, abs=2)
        page.evaluate(_PLAY)
        assert page.evaluate(_SEEK, 58) == pytest.approx(58, abs=1)
        assert page.evaluate(_SEEK, 1) == pytest.approx(1, abs=1)
        page.evaluate(_PLAY)
    statuses = _statuses(server, video["id"])
    assert statuses.count("206") >= 2
    # The browser may ask whether what it has kept still holds.
    assert set(statuses) <= {"206", "304"}


def _statuses(server: Server, video_id: str, *, patience: float = 10) -> list[str]:
    """The statuses in the log of all that was played, which are written when a player has left."""
    deadline = time.monotonic() + patience
    while True:
        found = re.findall(rf"GET /api/videos/{re.escape(video_id)}/content (\d+)", server.log)
        if found.count("206") >= 2 or time.monotonic() > deadline:
            return found
        time.sleep(0.05)
