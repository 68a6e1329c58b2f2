"""Moving between pages without leaving the document, so that uploads go on."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server import Server, running_server
from tests.shelf import stored, titles
from tests.videos import mp4

pytestmark = pytest.mark.browser

FILMS = 60


@pytest.fixture(scope="module")
def pages(azurite: str, film: Path) -> Iterator[Server]:
    """A server with more films than a page shows; no test here adds to them."""
    with running_server(azurite) as running:
        for number in range(FILMS):
            stored(running, film, title=f"Film {number:02}")
        yield running


@pytest.fixture
def library(page: Page) -> Page:
    """The library, in a document that can be told from another, and that counts the events it is sent."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/")
    page.evaluate("() => { window.same = 0; document.addEventListener('reelgate:page', () => { window.same += 1; }); }")
    return page


@pytest.mark.walk
def test_a_video_opens_in_the_same_document_and_is_announced(library: Page) -> None:
    library.get_by_role("link", name="Film 58").click()
    expect(library.get_by_role("heading", level=1)).to_be_focused()
    expect(library).to_have_title("Film 58 · Reelgate")
    expect(library).to_have_url(re.compile("/videos/"))
    expect(library.locator("[data-fact=length]")).to_have_text("0:20")
    assert library.evaluate("window.same") == 1


def test_back_finds_the_list_as_it_was_left(library: Page) -> None:
    library.mouse.wheel(0, 20_000)
    expect(library.locator(".card:not(.skeleton)")).to_have_count(FILMS)
    link = library.get_by_role("link", name="Film 03")
    link.scroll_into_view_if_needed()
    link.click()
    expect(library.get_by_role("heading", level=1)).to_have_text("Film 03")
    assert library.evaluate("scrollY") == 0
    library.go_back()
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    assert library.evaluate("window.same") == 2
    library.go_forward()
    expect(library.get_by_role("heading", level=1)).to_have_text("Film 03")


def test_a_very_long_list_comes_in_parts_and_back_still_finds_its_place(
    azurite: str, browser: Browser, tmp_path: Path
) -> None:
    small = tmp_path / "small.mp4"
    small.write_bytes(mp4(64))
    with running_server(azurite) as server, browser.new_context(base_url=server.url) as context:
        for number in range(380):
            stored(server, small, title=f"Small {number:03}")
        page = context.new_page()
        page.goto("/")
        while page.locator(".more").count():
            page.keyboard.press("End")
            expect(page.locator(".skeleton")).to_have_count(0)
        assert titles(page) == [f"Small {number:03}" for number in reversed(range(380))]
        expect(page.locator(".grid")).to_have_count(2)
        page.get_by_role("link", name="Small 005").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Small 005")
        page.go_back()
        # Eight pages of the list are fetched again.
        expect(page.get_by_role("link", name="Small 005")).to_be_focused(timeout=30_000)
        expect(page.get_by_role("link", name="Small 005")).to_be_in_viewport()


def test_the_video_that_is_left_is_no_longer_fetched(library: Page) -> None:
    library.get_by_role("link", name="Film 57").click()
    expect(library.locator("[data-fact=length]")).to_have_text("0:20")
    library.evaluate("window.left = document.querySelector('video')")
    library.get_by_role("link", name="Reelgate").click()
    expect(library.locator("video")).to_have_count(0)
    assert library.evaluate("window.left.networkState") == 0


def test_a_change_on_the_page_of_a_video_is_seen_in_the_list_where_it_was_left(library: Page) -> None:
    library.mouse.wheel(0, 20_000)
    expect(library.locator(".card:not(.skeleton)")).to_have_count(FILMS)
    library.get_by_role("link", name="Film 05").click()
    library.get_by_text("Edit details").click()
    library.get_by_role("textbox", name="Title").fill("Film five")
    library.get_by_role("button", name="Save").click()
    expect(library.get_by_role("heading", level=1)).to_have_text("Film five")
    library.go_back()
    expect(library.get_by_role("link", name="Film five")).to_be_focused()
    expect(library.get_by_role("link", name="Film five")).to_be_in_viewport()
    assert library.evaluate("window.same") == 2


def test_a_search_from_another_page_leads_to_the_library(library: Page) -> None:
    library.get_by_role("link", name="Trash").click()
    expect(library.get_by_role("heading", level=1)).to_have_text("Trash")
    library.get_by_role("searchbox").fill("film 11")
    library.get_by_role("searchbox").press("Enter")
    expect(library.locator(".card h2")).to_have_text(["Film 11"])
    assert library.evaluate("window.same") == 2


def test_an_error_is_a_page_like_others(library: Page) -> None:
    library.evaluate("document.querySelector('.card h2 a').href = '/videos/unknown'")
    library.locator(".card h2 a").first.click()
    expect(library.get_by_role("heading", level=1)).to_have_text("Video not found")
    assert library.evaluate("window.same") == 1


def test_without_a_network_the_page_stays_says_so_and_goes_on_by_itself(library: Page) -> None:
    library.context.set_offline(True)
    library.get_by_role("link", name="Film 54").click()
    expect(library.locator(".toast")).to_contain_text("You are offline")
    expect(library.get_by_role("heading", level=1)).to_have_text("Library")
    library.context.set_offline(False)
    expect(library.get_by_role("heading", level=1)).to_have_text("Film 54")
    expect(library.locator(".toast")).to_have_count(0)
    assert library.evaluate("window.same") == 1


def test_a_search_without_a_network_keeps_its_words_and_is_answered_later(library: Page) -> None:
    library.context.set_offline(True)
    library.get_by_role("searchbox").press_sequentially("film 12")
    expect(library.locator(".toast")).to_contain_text("You are offline")
    expect(library.get_by_role("searchbox")).to_have_value("film 12")
    expect(library.get_by_role("searchbox")).to_be_focused()
    library.context.set_offline(False)
    expect(library.locator(".card h2")).to_have_text(["Film 12"])
    assert library.evaluate("window.same") == 0


def test_what_waits_for_a_server_can_be_tried_now_or_given_up(library: Page) -> None:
    library.route("**/trash", lambda route: route.abort())
    library.get_by_role("link", name="Trash").click()
    expect(library.locator(".toast")).to_contain_text("The server does not answer")
    library.locator(".toast").get_by_role("button", name="Close").click()
    expect(library.locator("main")).not_to_have_attribute("aria-busy", "true")
    expect(library).to_have_url(re.compile("/$"))
    library.get_by_role("link", name="Trash").click()
    with library.expect_request("**/trash"):
        library.locator(".toast").get_by_role("button", name="Try again").click()
    library.unroute("**/trash")
    expect(library.get_by_role("heading", level=1)).to_have_text("Trash")
    expect(library.locator(".toast")).to_have_count(0)
    assert library.evaluate("window.same") == 1


def test_going_back_without_a_network_stays_until_it_is_there(library: Page) -> None:
    library.get_by_role("link", name="Trash").click()
    expect(library.get_by_role("heading", level=1)).to_have_text("Trash")
    library.get_by_role("link", name="Reelgate").click()
    expect(library.get_by_role("heading", level=1)).to_have_text("Library")
    library.context.set_offline(True)
    library.go_back()
    expect(library.locator(".toast")).to_contain_text("You are offline")
    library.locator(".toast").get_by_role("button", name="Close").click()
    expect(library).to_have_url(re.compile("/$"))
    expect(library.get_by_role("heading", level=1)).to_have_text("Library")
    assert library.evaluate("window.same") == 2
    library.context.set_offline(False)


def test_a_page_of_another_build_is_loaded_whole(library: Page) -> None:
    library.evaluate("document.documentElement.dataset.build = 'older'")
    library.get_by_role("link", name="Trash").click()
    expect(library.get_by_role("heading", level=1)).to_have_text("Trash")
    assert library.evaluate("window.same") is None


def test_a_new_tab_is_the_browsers_own_affair(library: Page) -> None:
    with library.context.expect_page() as opened:
        library.get_by_role("link", name="Film 55").click(modifiers=["Control"])
    expect(opened.value).to_have_title("Film 55 · Reelgate")
    assert library.evaluate("window.same") == 0


def test_where_playing_leaves_our_origin_only_that_origin_may_play(azurite: str, browser: Browser, film: Path) -> None:
    with (
        running_server(azurite, playback_mode="redirect") as server,
        browser.new_context(base_url=server.url) as context,
    ):
        stored(server, film, title="Elsewhere")
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="Elsewhere").click()
        expect(page.locator("[data-fact=length]")).to_have_text("0:20")
