"""The page of what is stored in a real browser: without scripts, in every look, and in forced colours."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.server import Server, running_server
from tests.shelf import LOOKS, barriers, stored

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(azurite: str, film: Path) -> Iterator[Server]:
    with running_server(azurite) as running:
        stored(running, film, title="What is paid for")
        yield running


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_page_has_no_barrier_in_any_look(browser: Browser, pages: Server, scheme: Any, width: int) -> None:
    with browser.new_context(
        base_url=pages.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        page.goto("/storage")
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_pictures_are_there_without_scripts_and_keep_their_colours_when_those_are_forced(
    browser: Browser, pages: Server
) -> None:
    with browser.new_context(base_url=pages.url, java_script_enabled=False, forced_colors="active") as context:
        page = context.new_page()
        page.goto("/storage")
        picture = page.get_by_role("img", name="Bytes stored by month and tier")
        expect(picture).to_be_visible()
        bar, legend = picture.locator("rect.of-hot"), page.locator(".legend rect.of-hot")
        fills = [each.evaluate("(each) => getComputedStyle(each).fill") for each in (bar.first, legend.first)]
        assert fills[0] == fills[1]
        assert fills[0] != page.evaluate("getComputedStyle(document.body).backgroundColor")
        expect(page.get_by_role("table", name="By month")).to_be_visible()
