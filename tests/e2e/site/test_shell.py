"""What stands around every page: the navigation in its three widths, the upload panel, and days in the library."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server import Server, running_server
from tests.shelf import barriers, stored
from tests.tray import choose, has_begun, slow_down, write_video

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(azurite: str, film: Path) -> Iterator[Server]:
    """A server with one film, which no test here changes."""
    with running_server(azurite) as running:
        stored(running, film, title="The only one", tags=("a tag",))
        yield running


@pytest.mark.parametrize(("width", "tabs", "words"), [(960, False, False), (1200, False, True), (703, True, False)])
def test_the_navigation_fits_the_width(page: Page, pages: Server, width: int, tabs: bool, words: bool) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    expect(page.locator(".tabs")).to_be_visible(visible=tabs)
    expect(page.locator(".rail nav").first).to_be_visible(visible=not tabs)
    # Whatever the width, each entry has its name, once.
    library = page.get_by_role("link", name="Library", exact=True)
    expect(library).to_have_attribute("aria-current", "page")
    box = library.locator("span").bounding_box()
    assert box
    assert (box["width"] > 1) is (words or tabs)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_mark_of_the_page_follows_it_without_another_document(page: Page, pages: Server, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    page.evaluate("window.same = true")
    here = page.locator("[data-place][aria-current=page]:visible")
    expect(here).to_have_text("Library")
    more = page.locator(".tab[popovertarget]")
    unmarked = more.evaluate("each => getComputedStyle(each).color")
    if width == 390:
        # Tabs are few: the way to the trash lies behind one of them, which bears the mark for it.
        more.click()
    page.get_by_role("link", name="Trash").click()
    if width == 390:
        expect(here).to_have_count(0)
        expect(more).not_to_have_css("color", unmarked)
        more.click()
    expect(here).to_have_text("Trash")
    page.go_back()
    expect(here).to_have_text("Library")
    expect(more).to_have_css("color", unmarked)
    page.get_by_role("link", name="The only one").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The only one")
    expect(here).to_have_text("Library")
    assert page.evaluate("window.same")


@pytest.mark.parametrize("width", [320, 1440])
def test_the_panel_opens_closes_and_gives_the_focus_back(browser: Browser, pages: Server, width: int) -> None:
    with browser.new_context(base_url=pages.url, viewport={"width": width, "height": 800}, bypass_csp=True) as context:
        page = context.new_page()
        page.goto("/trash")
        way_in = page.get_by_role("link", name="Upload")
        way_in.focus()
        page.keyboard.press("Enter")
        panel = page.get_by_role("dialog", name="Upload videos")
        expect(panel.get_by_role("button", name="Choose files")).to_be_focused()
        assert barriers(page) == []
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(way_in).to_be_focused()


def test_without_scripts_the_upload_link_leads_to_the_form(browser: Browser, pages: Server) -> None:
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/trash")
        page.get_by_role("link", name="Upload").click()
        expect(page).to_have_url(f"{pages.url}/trash#upload")
        expect(page.get_by_label("Videos", exact=True)).to_be_in_viewport()


def test_uploads_are_docked_in_the_rail_where_it_has_room(page: Page, pages: Server, tmp_path: Path) -> None:
    # Larger than what can be sent until the page is closed: the others find one film.
    path = write_video(tmp_path, "docked.mp4", size=64_000_000)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/")
    slow_down(page, bytes_a_second=200_000)
    choose(page, path)
    has_begun(page, path.name)
    tray, main = page.locator(".tray").bounding_box(), page.locator("main").bounding_box()
    assert tray
    assert main
    assert tray["x"] + tray["width"] <= main["x"]
    page.set_viewport_size({"width": 390, "height": 844})
    tray, tabs = page.locator(".tray").bounding_box(), page.locator(".tabs").bounding_box()
    assert tray
    assert tabs
    assert tray["y"] + tray["height"] <= tabs["y"] + 1


def test_days_are_the_readers_own(browser: Browser, pages: Server) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        with browser.new_context(base_url=pages.url, timezone_id=zone) as context:
            page = context.new_page()
            page.goto("/")
            expect(page.locator(".day h2")).to_have_text(re.compile("^(Today|Yesterday)$"))
            page.goto("/?sort=title")
            expect(page.locator(".card")).to_have_count(1)
            expect(page.locator(".day")).to_have_count(0)


def test_a_day_whose_last_video_goes_leaves_with_it(page: Page, azurite: str, film: Path, browser: Browser) -> None:
    with running_server(azurite) as server, browser.new_context(base_url=server.url) as context:
        stored(server, film, title="Soon gone")
        page = context.new_page()
        page.goto("/")
        expect(page.locator(".day")).to_have_count(1)
        page.get_by_role("button", name="Actions for Soon gone").click()
        page.get_by_role("menuitem", name="Delete").click()
        expect(page.locator(".day")).to_have_count(0)
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".day")).to_have_count(1)


def test_tags_of_what_is_shown_narrow_the_list(page: Page, pages: Server) -> None:
    page.goto("/")
    page.get_by_role("list", name="Tags").get_by_role("link", name="a tag").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tagged “a tag”")
