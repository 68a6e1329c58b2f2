"""The legal hold and the page of integrity in a real browser, without scripts and with them."""

import os
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.server import Server
from tests.shelf import LOOKS, barriers, stored

pytestmark = pytest.mark.browser


def seen(page: Page, name: str, *, width: int) -> None:
    """The page has no barrier and fits."""
    assert barriers(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_a_hold_is_put_seen_and_lifted_by_forms(
    browser: Browser, pages: Server, film: Path, scheme: Any, width: int
) -> None:
    video = stored(pages, film, title="Evidence")
    with browser.new_context(
        base_url=pages.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        page.goto(video["links"]["page"])
        page.locator(".hold summary").click()
        page.get_by_label("Reason, for managers alone").fill("Case 2026-118: keep everything.")
        seen(page, "putting", width=width)
        page.get_by_role("button", name="Put on hold").click()
        expect(page.locator(".held-line")).to_contain_text("On legal hold since")
        expect(page.locator(".held-reason")).to_have_text("Case 2026-118: keep everything.")
        page.locator(".hold summary").click()
        seen(page, "held", width=width)
        page.goto("/")
        mark = page.locator(f'.card[data-id="{video["id"]}"] .held-mark')
        expect(mark).to_have_text("On hold")
        seen(page, "list", width=width)
        answer = requests.delete(pages.url + video["links"]["self"], timeout=30)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/held")
        page.goto(f"{video['links']['page']}#hold")
        page.locator(".hold summary").click()
        page.get_by_role("button", name="Lift the hold").click()
        expect(page.locator(".held-line")).to_have_count(0)
        assert requests.delete(pages.url + video["links"]["self"], timeout=30).status_code == 204
        requests.put(f"{pages.url}{video['links']['self']}/hold", json={"reason": "Again"}, timeout=30)
        page.goto("/trash")
        expect(page.get_by_text("On legal hold: kept until that is lifted").first).to_be_visible()
        seen(page, "trash", width=width)
        page.goto("/storage/scrub")
        expect(page.get_by_role("heading", level=1)).to_have_text("Integrity")
        seen(page, "integrity", width=width)
