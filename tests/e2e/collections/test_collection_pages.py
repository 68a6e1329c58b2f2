"""The pages of collections in a real browser: in every look, with scripts and without."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.server import Server, running_server
from tests.shelf import LOOKS, barriers
from tests.videos import mp4

pytestmark = pytest.mark.browser

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenmacher and friends of a long name"


@pytest.fixture(scope="module")
def shelf(azurite: str) -> Iterator[Server]:
    """Three videos, of which two are in a collection that is shared, and two collections more."""
    with running_server(azurite) as running:
        api = f"{running.url}/api"
        videos = [_sent("PUT", f"{api}/upload/film-{n}.mp4", data=mp4(3000 + n))["id"] for n in range(3)]
        made = [_sent("POST", f"{api}/collections", json={"title": title}) for title in ("Harbour", LONG, "Empty")]
        one = f"{api}/collections/{made[0]['id']}"
        _sent("PATCH", one, json={"description": f"All of it.\n{LONG}"})
        _sent("POST", f"{one}/videos", json={"ids": videos[:2]})
        _sent("PUT", f"{one}/members/entra-mira", json={"role": "editor"})
        yield running


def _sent(method: str, url: str, **more: Any) -> Any:
    answer = requests.request(method, url, timeout=30, **more)
    answer.raise_for_status()
    return answer.json()


def _harbour(server: Server) -> str:
    [found] = _sent("GET", f"{server.url}/api/collections?q=harbour")["collections"]
    id_: str = found["id"]
    return id_


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_has_a_barrier_in_any_look(browser: Browser, shelf: Server, scheme: Any, width: int) -> None:
    id_ = _harbour(shelf)
    [video, *_] = _sent("GET", f"{shelf.url}/api/collections/{id_}/videos")["videos"]
    with browser.new_context(
        base_url=shelf.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        lists = ("/collections", "/collections?q=none", "/collections?trash=true", "/storage", "/storage/rules")
        for address in (*lists, f"/collections/{id_}", f"/?collection={id_}", video["links"]["page"]):
            page.goto(address)
            page.evaluate("document.querySelectorAll('main details').forEach((each) => (each.open = true))")
            assert barriers(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.walk
def test_all_of_it_works_without_scripts(browser: Browser, shelf: Server) -> None:
    with browser.new_context(base_url=shelf.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/collections")
        page.get_by_label("New collection").fill("Blue Kiln")
        page.get_by_role("button", name="Make").click()
        expect(page.get_by_role("heading", name="Blue Kiln")).to_be_visible()
        page.goto("/?q=film-2")
        page.locator(".grid .card a").first.click()
        page.get_by_text("Add to a collection").click()
        page.locator("#collections select").select_option(label="Blue Kiln")
        page.locator("#collections").get_by_role("button", name="Add", exact=True).click()
        page.locator("#collections").get_by_role("link", name="Blue Kiln").click()
        expect(page.get_by_role("link", name="film-2")).to_be_visible()
        page.get_by_role("button", name="Remove: film-2").click()
        expect(page.get_by_text("No videos here")).to_be_visible()
        page.get_by_role("button", name="Delete collection").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_role("heading", name="Blue Kiln")).to_be_visible()


def test_many_are_put_into_a_collection_by_the_dialog_of_the_library(browser: Browser, shelf: Server) -> None:
    with browser.new_context(base_url=shelf.url) as context:
        page = context.new_page()
        page.goto("/")
        for box in page.locator(".library .pick input").all()[:2]:
            box.check(force=True)
        page.get_by_role("button", name="Change selected").locator("visible=true").click()
        dialog = page.locator("#changing")
        dialog.get_by_label("What to do").select_option("collection")
        dialog.locator("[name=collection_to]").select_option(label="Empty")
        dialog.get_by_role("button", name="Apply").click()
        expect(page.get_by_text("2 videos changed")).to_be_visible()
        [found] = _sent("GET", f"{shelf.url}/api/collections?q=empty")["collections"]
        assert found["videos"] == 2
