"""What the tests of the pages share: videos in the library, and the search for barriers."""

from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page

from tests.server import Server

HOSTILE = "<img src=x onerror=document.title='taken'>\"'&amp;"
LOOKS = [
    ("light", 320),
    ("dark", 1440),
    pytest.param("dark", 320, marks=pytest.mark.thorough),
    pytest.param("light", 1440, marks=pytest.mark.thorough),
]
"""The schemes and widths that axe looks at pages in; `make test` sees each scheme and each width once."""
SHIFTS = """() => new Promise((resolve) => new PerformanceObserver((list) => resolve(
    list.getEntries().map((each) => [each.value, each.sources.map(({ node }) => node?.outerHTML?.slice(0, 80))])
)).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => resolve([]), 500))"""
"""What has moved on a page, and by how much."""

_AXE = Path(__file__).resolve().parent.parent / "node_modules/axe-core/axe.min.js"


def stored(
    server: Server, film: Path, *, title: str, tags: tuple[str, ...] = (), processed: bool = True
) -> dict[str, Any]:
    """Put a film into the library; returns the video as the API shows it. One that is not processed stays as it is."""
    url = f"{server.url}/api/upload/{film.name}"
    params = {"title": title} if processed else {"title": title, "processing": "none"}
    video: dict[str, Any] = requests.put(url, params=params, data=film.read_bytes(), timeout=30).json()
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


def rarely(page: Page, name: str) -> None:
    """Do what is done rarely on the page of a video: choose it in the menu of actions."""
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=name, exact=True).click()


def choosing(page: Page) -> None:
    """Open what can be chosen of a film's player, where there is no room for it in the bar."""
    page.get_by_role("button", name="Playback settings").click()
