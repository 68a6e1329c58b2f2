"""Pictures of artists come by themselves, from this server, and pages do not move when they do."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.outside_services import Answered, OutsideService, running_outside_service
from tests.pictures import picture
from tests.server import Server, eventually, running_server
from tests.shelf import barriers

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def outside() -> Iterator[OutsideService]:
    content = picture("webp", "800x450")
    with running_outside_service() as service:
        service.answer = lambda asked: Answered(body=content) if asked.path == "/a.webp" else Answered(status=404)
        yield service


@pytest.fixture(scope="module")
def pages(azurite: str, outside: OutsideService) -> Iterator[Server]:
    with running_server(azurite, egress_allow_hosts=outside.host, worker_concurrency=1) as running:
        for name, address in (("Crane School", "/a.webp"), ("Blue Kiln", "/none")):
            said = {"name": name, "picture": outside.url + address}
            requests.post(f"{running.url}/api/artists", json=said, timeout=30).raise_for_status()
        eventually(lambda: artist(running)["picture"].startswith("/api/"), patience=90)
        yield running


def artist(server: Server) -> dict[str, Any]:
    [found] = requests.get(f"{server.url}/api/artists?q=crane", timeout=30).json()["artists"]
    return dict(found)


def boxes(page: Page) -> list[Any]:
    return [each.bounding_box() for each in page.locator(".faces .name").all()]


@pytest.mark.parametrize("width", [390, 1440])
def test_a_wall_shows_them_and_does_not_move(
    browser: Browser, pages: Server, outside: OutsideService, width: int
) -> None:
    with browser.new_context(base_url=pages.url, viewport={"width": width, "height": 900}, bypass_csp=True) as context:
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.route("**/picture?*", lambda route: route.abort())
        page.goto("/artists")
        without = boxes(page)
        page.unroute("**/picture?*")
        page.goto("/artists")
        shown = page.locator("img.portrait")
        expect(shown).to_have_js_property("naturalWidth", 640)
        assert boxes(page) == without
        assert barriers(page) == []
        assert [each for each in asked if not each.startswith(pages.url)] == []


def test_one_artist_is_shown_without_scripts(browser: Browser, pages: Server) -> None:
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"/artists/{artist(pages)['id']}")
        expect(page.locator(".maker img.portrait")).to_be_visible()
        box = page.locator(".maker img.portrait").bounding_box()
        assert box is not None
        assert box["width"] == box["height"]
