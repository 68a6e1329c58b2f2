"""The pages of tiers and rules in a browser: no barriers, no overflow, and a film that is back is shown by itself."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.media_films import make_film
from tests.server import Server, running_server
from tests.shelf import barriers, stored

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(azurite: str) -> Iterator[Server]:
    with running_server(azurite) as server:
        yield server


@pytest.fixture(scope="module")
def film(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = make_film(tmp_path_factory.mktemp("films") / "h264.mp4")
    return str(stored(server, path, title="Harbour", processed=False)["id"])


def put(server: Server, film: str, tier: str) -> None:
    requests.put(f"{server.url}/api/videos/{film}/tier", json={"tier": tier}, timeout=30).raise_for_status()


def check(page: Page, look: str) -> None:
    assert barriers(page) == [], look
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0, look


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1440)])
def test_nobody_meets_a_barrier(server: Server, film: str, browser: Browser, scheme: str, width: int) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]
    put(server, film, "cool")
    for address in (f"/videos/{film}/tier", "/storage/rules"):
        page.goto(server.url + address)
        check(page, f"{address} {scheme} {width}")
    page.get_by_label("Name").fill("Large")
    page.get_by_label("Larger than (MB)").fill("0")
    page.get_by_role("button", name="Try it out").click()
    expect(page.get_by_role("status").filter(has_text="Large")).to_be_visible()
    check(page, f"tried {scheme} {width}")
    put(server, film, "archive")
    page.goto(f"{server.url}/videos/{film}")
    expect(page.get_by_role("heading", name="This video is in the archive")).to_be_visible()
    check(page, f"archived {scheme} {width}")
    page.get_by_label("High").check()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_role("heading", name="This video is in the archive")).to_be_hidden()
    expect(page.locator("video[src]")).to_be_attached()
    page.close()


def test_a_film_that_comes_back_is_shown_to_whoever_waits(server: Server, film: str, browser: Browser) -> None:
    put(server, film, "archive")
    page = browser.new_page()
    page.goto(f"{server.url}/videos/{film}")
    expect(page.get_by_role("heading", name="This video is in the archive")).to_be_visible()
    put(server, film, "hot")
    expect(page.locator("video[src]")).to_be_attached()
    expect(page).to_have_title(re.compile("Harbour"))
    page.close()
