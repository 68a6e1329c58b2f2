"""The page of outside services in a real browser: in every look, by the keyboard, and without scripts."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.outside_services import Answered, OutsideService, running_outside_service, said
from tests.server import Server, running_server
from tests.shelf import LOOKS, barriers

pytestmark = pytest.mark.browser

TEST = "Try it now: MusicBrainz"


@pytest.fixture(scope="module")
def outside() -> Iterator[OutsideService]:
    with running_outside_service() as service:
        yield service


@pytest.fixture(scope="module")
def server(azurite: str, outside: OutsideService) -> Iterator[Server]:
    with running_server(azurite, musicbrainz_url=outside.url, egress_allow_hosts=outside.host) as running:
        yield running


@pytest.fixture(autouse=True)
def _well(outside: OutsideService) -> None:
    outside.answer = lambda _: said({"recordings": [], "count": 0})


def row(page: Page, title: str) -> Any:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title))


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("contrast", ["normal", "high"])
def test_no_look_has_a_barrier(
    browser: Browser, server: Server, outside: OutsideService, scheme: Any, width: int, contrast: str
) -> None:
    outside.answer = lambda _: Answered(status=500)
    requests.post(f"{server.url}/api/sources/musicbrainz/test", timeout=30).raise_for_status()
    with browser.new_context(
        base_url=server.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        page.request.post("/preferences", form={"color_contrast": contrast})
        page.goto("/sources")
        expect(page.get_by_text("MusicBrainz answered 500.")).to_be_visible()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_service_is_tried_by_the_keyboard(browser: Browser, server: Server, outside: OutsideService) -> None:
    with browser.new_context(base_url=server.url) as context:
        page = context.new_page()
        page.goto("/sources")
        # Only what can be asked offers it.
        expect(page.get_by_role("button", name="Try it now: IMVDb")).to_have_count(0)
        outside.answer = lambda _: Answered(status=500)
        page.get_by_role("button", name=TEST).focus()
        page.keyboard.press("Enter")
        expect(row(page, "MusicBrainz").get_by_text("MusicBrainz answered 500.")).to_be_visible()
        outside.answer = lambda _: said({"recordings": [], "count": 0})
        page.get_by_role("button", name=TEST).focus()
        page.keyboard.press("Enter")
        expect(row(page, "MusicBrainz").get_by_text("Answers", exact=True)).to_be_visible()
        expect(row(page, "MusicBrainz")).to_be_in_viewport()


def test_a_service_is_tried_without_scripts(browser: Browser, server: Server) -> None:
    with browser.new_context(base_url=server.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="Outside services").first.click()
        page.get_by_role("button", name=TEST).click()
        expect(page).to_have_url(f"{server.url}/sources?tried=musicbrainz#tried")
        expect(row(page, "MusicBrainz").get_by_text("Answers", exact=True)).to_be_visible()
