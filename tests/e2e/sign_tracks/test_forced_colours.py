"""Where the system chooses the colours, the window of signs and the ends of a clip are seen and can be used."""

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.sign_tracks.conftest import Signed
from tests.server import Server
from tests.shelf import barriers

pytestmark = pytest.mark.browser


def has_border(place: Locator) -> None:
    expect(place).not_to_have_css("border-top-style", "none")
    expect(place).not_to_have_css("border-top-width", "0px")


def test_the_window_of_signs_and_the_ends_of_a_clip_are_seen(browser: Browser, pages: Server, signed: Signed) -> None:
    with browser.new_context(base_url=pages.url, forced_colors="active", bypass_csp=True) as context:
        page = context.new_page()
        signed.open(page)
        window = page.locator(".signs")
        has_border(window)
        beside = page.locator("[data-signs-do=beside]")
        has_border(beside)
        unpressed = beside.evaluate("(each) => getComputedStyle(each).borderTopWidth")
        beside.press("Enter")
        expect(beside).to_have_attribute("aria-pressed", "true")
        # Not by a colour alone: the border is wider.
        expect(beside).not_to_have_css("border-top-width", unpressed)
        window.focus()
        expect(window).not_to_have_css("outline-style", "none")

        page.locator("h1").focus()
        page.keyboard.press("i")
        start = page.get_by_label("Start", exact=True)
        expect(start).to_have_value("0:00")
        mark = page.get_by_role("button", name="End here")
        for each in (start, mark):
            has_border(each)
        mark.click()
        expect(page.get_by_label("End", exact=True)).to_have_value("0:00")
        assert barriers(page) == []
