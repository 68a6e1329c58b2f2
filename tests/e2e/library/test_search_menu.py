"""What is found in everything, under the field of the search."""

from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.server import Server
from tests.shelf import barriers, stored
from tests.videos import mp4

pytestmark = pytest.mark.browser


@pytest.mark.walk
def test_everything_is_found_as_you_type_and_walked_by_keys(page: Page, pages: Server, tmp_path: Path) -> None:
    small = tmp_path / "small.mp4"
    small.write_bytes(mp4(64))
    video = stored(pages, small, title="Harbour walk", tags=("harbourmaster",), processed=False)
    words = "WEBVTT\n\n00:12.500 --> 00:14.000\nDown to the harbour.\n"
    address = f"{pages.url}{video['links']['self']}/captions/en"
    requests.put(address, data=words, headers={"Content-Type": "text/vtt"}, timeout=30).raise_for_status()
    page.goto("/jobs")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("harbour")
    menu = page.get_by_role("listbox")
    expect(menu.get_by_role("option", name="harbourmaster")).to_be_visible()
    assert barriers(page) == []
    expect(page.get_by_role("combobox", name="Search videos")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#found-0")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#q")).to_have_attribute("aria-activedescendant", "found-0")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(menu).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(menu.get_by_role("option", name="Search everything")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “harbour”")
    expect(page.get_by_role("link", name="harbourmaster")).to_be_visible()
    assert barriers(page) == []
