"""A film, and another that signs it."""

from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.media_films import ffmpeg
from tests.server import Server
from tests.shelf import choosing, stored

_ENCODED = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-movflags", "+faststart")


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with sound, of a minute."""
    path = tmp_path_factory.mktemp("spoken") / "spoken.mp4"
    inputs = ("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine=frequency=220")
    ffmpeg(*inputs, "-t", "60", *_ENCODED, "-c:a", "aac", str(path))
    return path


@pytest.fixture(scope="session")
def signing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film without sound, as long."""
    path = tmp_path_factory.mktemp("signing") / "signing.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-t", "60", *_ENCODED, str(path))
    return path


class Signed:
    """A film with its sign tracks, and the page of it."""

    def __init__(self, server: Server, spoken: Path, signing: Path) -> None:
        self.server = server
        self.film = stored(server, spoken, title="Spoken", processed=False)
        self.sign = stored(server, signing, title="Signed", processed=False)

    def sign_in(self, language: str, **more: Any) -> None:
        """Give the film a track in that language."""
        url = f"{self.server.url}{self.film['links']['self']}/sign/{language}"
        answer = requests.put(url, json={"video_id": self.sign["id"], **more}, timeout=30)
        assert answer.status_code in {200, 201}, answer.text

    def open(self, page: Page) -> None:
        """Open the film's page, and choose the first signs."""
        page.goto(self.film["links"]["page"])
        self.choose(page, "ase")
        expect(page.locator(".signs")).to_be_visible()
        page.wait_for_function("() => [...document.querySelectorAll('video')].every((each) => each.readyState >= 3)")

    def choose(self, page: Page, language: str) -> None:
        """Choose signs, in the bar or where its choices are folded away."""
        choice, more = page.locator("#signs-choice"), page.get_by_role("button", name="Playback settings")
        expect(choice.or_(more).filter(visible=True).first).to_be_visible()
        is_folded = more.is_visible()
        if is_folded:
            choosing(page)
        choice.select_option(language)
        if is_folded:
            page.keyboard.press("Escape")


@pytest.fixture(scope="module")
def signed(pages: Server, spoken: Path, signing: Path) -> Signed:
    """A film that is signed in two languages."""
    made = Signed(pages, spoken, signing)
    made.sign_in("ase")
    made.sign_in("bfi", kind="avatar", offset=1)
    return made
