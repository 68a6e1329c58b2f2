"""What the tests of the pages share: videos in the library, and the search for barriers."""

from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Page

from tests.server import Server

HOSTILE = "<img src=x onerror=document.title='taken'>\"'&amp;"
_AXE = Path(__file__).resolve().parent.parent / "node_modules/axe-core/axe.min.js"


def stored(server: Server, film: Path, *, title: str, tags: tuple[str, ...] = ()) -> dict[str, Any]:
    """Put a film into the library; returns the video as the API shows it."""
    url = f"{server.url}/api/upload/{film.name}"
    video: dict[str, Any] = requests.put(url, params={"title": title}, data=film.read_bytes(), timeout=30).json()
    if tags:
        video = requests.patch(server.url + video["links"]["self"], json={"tags": tags}, timeout=30).json()
    return video


def api(server: Server, video: dict[str, Any]) -> requests.Response:
    """Ask the API for one video."""
    return requests.get(server.url + video["links"]["self"], timeout=30)


def barriers(page: Page) -> list[tuple[str, str]]:
    """What axe finds on the page as it is: rules and the first element of each."""
    page.evaluate(_AXE.read_text())
    found = page.evaluate("async () => (await axe.run()).violations")
    return [(each["id"], each["nodes"][0]["html"]) for each in found]


def titles(page: Page) -> list[str]:
    """The titles of the cards that are shown, in their order."""
    # The text of what is far away and not laid out counts too.
    return page.locator(".card:not([hidden], .skeleton) h2").all_text_contents()
