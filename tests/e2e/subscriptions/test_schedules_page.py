"""The page of schedules in a real browser: in every look, by the keyboard, and without scripts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.server import Server, eventually, running_server
from tests.shelf import LOOKS, barriers

pytestmark = pytest.mark.browser

FEED = "https://films.example/a-very-long-address-of-a-feed-that-does-not-fit-on-a-telephone/in-one-line/feed.xml"


@pytest.fixture(scope="module")
def server(azurite: str) -> Iterator[Server]:
    with running_server(azurite) as running:
        for asked in (
            {"kind": "feed", "url": FEED, "quiet_hours": "22:00-06:00", "max_per_day": 3, "keep": 10},
            {"kind": "search", "query": "hand signals", "paused": True},
        ):
            requests.post(f"{running.url}/api/subscriptions", json=asked, timeout=30).raise_for_status()
        yield running


def row(page: Page, title: str) -> Any:
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=title))


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("contrast", ["normal", "high"])
def test_no_look_has_a_barrier(browser: Browser, server: Server, scheme: Any, width: int, contrast: str) -> None:
    with browser.new_context(
        base_url=server.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        page.request.post("/preferences", form={"color_contrast": contrast})
        page.goto("/schedules")
        expect(row(page, FEED).get_by_text("Next look:")).to_be_visible()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.walk
def test_a_schedule_is_made_looked_at_and_paused_by_the_keyboard(browser: Browser, server: Server) -> None:
    with browser.new_context(base_url=server.url) as context:
        page = context.new_page()
        page.goto("/schedules")
        page.locator("select[name=kind]").select_option("search")
        page.get_by_label("Address, name or words").focus()
        page.keyboard.type("slewing ring")
        page.keyboard.press("Enter")
        one = row(page, "slewing ring")
        expect(one.get_by_text("Next look:").locator("time")).to_have_attribute("datetime", re.compile(r"^20\d\d-"))
        one.get_by_role("button", name="Look now").focus()
        page.keyboard.press("Enter")
        eventually(lambda: "search" in looked_at(server))
        expect(one.get_by_role("button", name="Look now")).to_be_visible()
        one.get_by_role("button", name="Pause").focus()
        page.keyboard.press("Enter")
        expect(one.get_by_text("Paused", exact=True)).to_be_visible()
        expect(one.get_by_text("Next look:")).to_have_count(0)


def test_a_schedule_is_made_and_removed_without_scripts(browser: Browser, server: Server) -> None:
    with browser.new_context(base_url=server.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="Schedules").first.click()
        page.locator("select[name=kind]").select_option("feed")
        page.get_by_label("Address, name or words").fill("http://10.0.0.1/feed")
        page.get_by_label("Keep the last").fill("5")
        page.get_by_role("button", name="Add schedule").click()
        # What was wrong is said, and what was typed is still there.
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label("Keep the last")).to_have_value("5")
        page.get_by_label("Address, name or words").fill("https://films.example/new.xml")
        page.get_by_role("button", name="Add schedule").click()
        one = row(page, "https://films.example/new.xml")
        expect(one.get_by_text("keeps the last 5")).to_be_visible()
        one.get_by_role("button", name="Look now").click()
        one.get_by_role("button", name="Remove").click()
        expect(one).to_have_count(0)


def looked_at(server: Server) -> list[str]:
    """The kinds of what somebody wanted looked at at once."""
    entries = requests.get(f"{server.url}/api/audit?action=subscription.run", timeout=30).json()["entries"]
    return [each["details"]["kind"] for each in entries]
