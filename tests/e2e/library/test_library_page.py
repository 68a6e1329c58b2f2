"""The library in a real browser: finding, choosing, deleting, and more of it."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Download, Page, Route, expect

from tests.server import Server, running_server
from tests.shelf import api, stored, titles
from tests.videos import mp4

pytestmark = pytest.mark.browser

FILMS = 60


@pytest.fixture(scope="module")
def full(azurite: str, film: Path) -> Iterator[Server]:
    """A server with more films than a page shows: `Film 00` is the oldest. Nobody changes them."""
    with running_server(azurite) as running:
        for number in range(FILMS):
            stored(running, film, title=f"Film {number:02}", tags=("even",) if number % 2 == 0 else ())
        yield running


@pytest.fixture
def reader(browser: Browser, full: Server) -> Iterator[Page]:
    """A page of the full library."""
    with browser.new_context(base_url=full.url, viewport={"width": 1280, "height": 800}) as context:
        yield context.new_page()


def menu_of(page: Page, title: str) -> None:
    page.get_by_role("button", name=f"Actions for {title}", exact=True).click()


def held(page: Page, url: re.Pattern[str]) -> list[Route]:
    """Requests that are kept waiting, as they come."""
    waiting: list[Route] = []

    def keep(route: Route) -> None:
        waiting.append(route)

    page.route(url, keep)
    return waiting


@pytest.mark.walk
def test_the_list_follows_the_search_and_the_address_says_so(reader: Page) -> None:
    reader.goto("/")
    reader.get_by_role("searchbox").press_sequentially("film 07")
    expect(reader.locator(".card:visible h2")).to_have_text(["Film 07"])
    expect(reader).to_have_url(re.compile(r"/\?q=film\+07$"))
    expect(reader.get_by_role("searchbox")).to_be_focused()
    expect(reader.locator("#news")).to_have_text("1 video")
    reader.get_by_role("searchbox").fill("")
    expect(reader.get_by_role("heading", level=1)).to_have_text("Library")
    expect(reader).to_have_url(re.compile(r"/$"))


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(reader: Page) -> None:
    reader.goto("/")
    late = held(reader, re.compile(r"\?q=film$"))
    with reader.expect_request(re.compile(r"\?q=film$")):
        reader.get_by_role("searchbox").fill("film")
    reader.get_by_role("searchbox").fill("film 08")
    expect(reader.locator(".card:visible h2")).to_have_text(["Film 08"])
    assert late[0].request.failure == "net::ERR_ABORTED"


def test_a_search_that_finds_nothing_leads_back_to_everything(reader: Page) -> None:
    reader.goto("/")
    reader.get_by_role("searchbox").fill("nowhere")
    expect(reader.locator("#news")).to_have_text("0 videos")
    reader.get_by_role("link", name="Show all videos").click()
    expect(reader.locator(".card")).not_to_have_count(0)


def test_the_order_and_a_tag_are_in_the_address_and_back_undoes_them(reader: Page) -> None:
    reader.goto("/?tag=even")
    reader.get_by_role("button", name="Newest").click()
    reader.get_by_role("link", name="Title").click()
    expect(reader.locator(".card h2").first).to_have_text("Film 00")
    expect(reader).to_have_url(re.compile(r"/\?tag=even&sort=title$"))
    reader.get_by_role("link", name="even: show all tags").click()
    expect(reader.locator(".card h2").nth(1)).to_have_text("Film 01")
    reader.go_back()
    expect(reader.locator(".card h2").nth(1)).to_have_text("Film 02")
    reader.go_back()
    expect(reader.locator(".card h2").first).to_have_text(f"Film {FILMS - 2}")


def test_more_comes_before_the_end_is_reached_and_nothing_comes_twice(reader: Page) -> None:
    reader.goto("/")
    expect(reader.locator(".card")).to_have_count(50)
    reader.mouse.wheel(0, 20_000)
    expect(reader.locator(".card:not(.skeleton)")).to_have_count(FILMS)
    assert len(set(titles(reader))) == FILMS
    expect(reader.locator("#news")).to_have_text("10 more")


def test_nothing_is_seen_to_move_while_more_comes(reader: Page) -> None:
    reader.goto("/")
    reader.locator(".card").first.wait_for()
    reader.evaluate(
        """() => {
          window.moved = [];
          const note = (list) => window.moved.push(...list.getEntries().flatMap(({ value, sources }) =>
            [[value, ...sources.map(({ node }) => node?.className ?? "")]]));
          new PerformanceObserver(note).observe({ type: "layout-shift" });
          scrollTo(0, document.documentElement.scrollHeight);
        }"""
    )
    expect(reader.locator(".card:not(.skeleton)")).to_have_count(FILMS)
    reader.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    assert reader.evaluate("window.moved") == []
    expect(reader.get_by_role("link", name="API description")).to_be_visible()


def test_more_comes_by_a_link_without_scripts(browser: Browser, full: Server) -> None:
    with browser.new_context(base_url=full.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="More videos").click()
        expect(page.locator(".card")).to_have_count(FILMS - 50)


def test_skeletons_hold_the_place_and_a_failure_can_be_tried_again(reader: Page) -> None:
    more = re.compile("cursor=")
    asked = held(reader, more)
    reader.goto("/")
    with reader.expect_request(more):
        reader.mouse.wheel(0, 20_000)
    expect(reader.locator(".skeleton").first).to_be_visible()
    asked[0].abort()
    expect(reader.locator(".skeleton")).to_have_count(0)
    expect(reader.locator(".toast")).to_contain_text("could not be loaded")
    reader.unroute(more)
    reader.get_by_role("link", name="Try again").click()
    expect(reader.locator(".card:not(.skeleton)")).to_have_count(FILMS)
    expect(reader.get_by_role("link", name="Film 09")).to_be_focused()


def test_grid_or_list_and_density_are_remembered(reader: Page) -> None:
    reader.goto("/")
    columns = "getComputedStyle(document.querySelector('.grid')).gridTemplateColumns.split(' ').length"
    standard = reader.evaluate(columns)
    reader.get_by_role("button", name="Settings").click()
    reader.get_by_label("1, compact").check(force=True)
    reader.keyboard.press("Escape")
    compact = reader.evaluate(columns)
    assert compact > standard
    reader.reload()
    assert reader.evaluate(columns) == compact
    reader.get_by_role("button", name="List", exact=True).click()
    reader.reload()
    expect(reader.get_by_role("button", name="List", exact=True)).to_have_attribute("aria-pressed", "true")
    assert reader.evaluate(columns) == 1
    reader.keyboard.press("v")
    assert reader.evaluate(columns) == compact


def test_colours_can_be_chosen(reader: Page) -> None:
    reader.emulate_media(color_scheme="light")
    reader.goto("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = reader.evaluate(ground)
    reader.get_by_role("button", name="Settings").click()
    reader.get_by_label("Dark").check(force=True)
    assert reader.evaluate(ground) != light
    reader.reload()
    assert reader.evaluate(ground) != light


def test_a_range_is_selected_with_shift_and_escape_clears_it(reader: Page) -> None:
    reader.goto("/")
    boxes = reader.locator(".pick input")
    boxes.nth(2).click(force=True)
    boxes.nth(6).click(force=True, modifiers=["Shift"])
    expect(reader.locator(".bulk output")).to_have_text("5 selected")
    # What the selection's bar covers cannot be reached.
    expect(reader.locator(".bar")).to_be_hidden()
    boxes.nth(4).click(force=True)
    expect(reader.locator(".bulk output")).to_have_text("4 selected")
    reader.get_by_role("button", name="Select all shown").click()
    expect(reader.locator(".bulk output")).to_have_text("50 selected")
    reader.keyboard.press("Escape")
    expect(reader.locator(".bulk")).to_be_hidden()
    expect(reader.locator(".pick input:checked")).to_have_count(0)


def test_keys_select_too_and_can_be_switched_off(reader: Page) -> None:
    reader.goto("/")
    reader.get_by_role("link", name="Film 59").focus()
    reader.keyboard.press("x")
    reader.get_by_role("link", name="Film 57").focus()
    reader.keyboard.press("Shift+X")
    expect(reader.locator(".bulk output")).to_have_text("3 selected")
    reader.keyboard.press("Control+a")
    expect(reader.locator(".bulk output")).to_have_text("50 selected")
    reader.keyboard.press("Escape")
    reader.keyboard.press("?")
    reader.get_by_label("Use single-key shortcuts").uncheck()
    reader.keyboard.press("Escape")
    reader.get_by_role("link", name="Film 59").focus()
    reader.keyboard.press("x")
    expect(reader.locator(".bulk")).to_be_hidden()


def test_slash_leads_to_the_search_and_not_out_of_a_field(reader: Page) -> None:
    reader.goto("/")
    reader.keyboard.press("/")
    expect(reader.get_by_role("searchbox")).to_be_focused()
    reader.keyboard.press("/")
    expect(reader.get_by_role("searchbox")).to_have_value("/")


@pytest.mark.walk
def test_several_are_deleted_at_once_and_one_undo_brings_all_back(page: Page, pages: Server, film: Path) -> None:
    videos = [stored(pages, film, title=f"Many {number}") for number in range(3)]
    page.goto("/?q=many&sort=title")
    page.locator(".pick input").first.click(force=True)
    page.locator(".pick input").nth(1).click(force=True)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".card:visible h2")).to_have_text(["Many 2"])
    expect(page.locator(".toast")).to_contain_text("2 videos in the trash")
    expect(page.locator(".bulk")).to_be_hidden()
    assert [api(pages, video).status_code for video in videos] == [404, 404, 200]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".card:visible h2")).to_have_text(["Many 0", "Many 1", "Many 2"])
    assert [api(pages, video).status_code for video in videos] == [200, 200, 200]


def test_several_are_tagged_at_once_and_keep_the_tags_that_they_had(page: Page, pages: Server, film: Path) -> None:
    videos = [stored(pages, film, title="Tag us", tags=("old",)) for _ in range(2)]
    page.goto("/?q=tag+us")
    page.get_by_label("Select Tag us").first.check(force=True)
    page.get_by_label("Select Tag us").last.check(force=True)
    page.get_by_role("button", name="Add tags").click()
    page.get_by_role("textbox", name="Tags").fill("new, newer")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Tags added to 2 videos")
    assert [api(pages, video).json()["tags"] for video in videos] == [["old", "new", "newer"]] * 2


@pytest.mark.parametrize("number", [2, 45])
def test_several_are_downloaded_as_one_zip_file(page: Page, pages: Server, number: int) -> None:
    """The addresses of 45 files with long names are longer than a request's line may be."""
    word = f"zipped{number}"
    for each in range(number):
        address = f"{pages.url}/api/upload/{word} {each} {'x' * 140}.mp4"
        requests.put(address, data=mp4(100, seed=each), timeout=60).raise_for_status()
    page.goto(f"/?q={word}")
    expect(page.locator(".card")).to_have_count(number)
    page.locator(".pick input").first.check(force=True)
    page.get_by_role("button", name="Select all shown").click()
    downloads: list[Download] = []

    def keep(download: Download) -> None:
        downloads.append(download)

    page.on("download", keep)
    page.context.on("page", lambda opened: opened.on("download", keep))
    page.get_by_role("toolbar").get_by_role("button", name="Download").click()
    while not downloads:
        page.wait_for_timeout(50)
    with zipfile.ZipFile(downloads[0].path()) as file:
        assert file.testzip() is None
        assert len(file.namelist()) == number


def test_a_video_is_deleted_and_brought_back_by_keyboard_alone(page: Page, pages: Server, film: Path) -> None:
    other, video = stored(pages, film, title="Keys, the other"), stored(pages, film, title="Keys, this one")
    page.goto("/?q=keys")
    page.get_by_role("searchbox").focus()
    for _ in range(40):
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == "Actions for Keys, this one":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Open")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".card:visible h2")).to_have_text(["Keys, the other"])
    expect(page.get_by_role("link", name="Keys, the other")).to_be_focused()
    assert api(pages, video).status_code == 404
    page.keyboard.press("z")
    expect(page.get_by_role("link", name="Keys, this one")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.get_by_role("link", name="Keys, this one")).to_be_hidden()
    assert api(pages, other).status_code == 200


def test_the_menu_opens_copies_and_downloads(page: Page, pages: Server, film: Path) -> None:
    video = stored(pages, film, title="Menu of this")
    address = pages.url + video["links"]["page"]
    page.goto("/?q=menu")
    menu_of(page, "Menu of this")
    page.get_by_role("menuitem", name="Copy link").click()
    expect(page.locator(".toast")).to_contain_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == address
    menu_of(page, "Menu of this")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download").click()
    assert download.value.path().read_bytes() == film.read_bytes()
    menu_of(page, "Menu of this")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Actions for Menu of this")).to_be_focused()
    menu_of(page, "Menu of this")
    page.get_by_role("menuitem", name="Open").click()
    expect(page).to_have_url(address)


def test_what_cannot_be_deleted_is_said_and_stays(page: Page, pages: Server, film: Path) -> None:
    stored(pages, film, title="Stays here")
    page.goto("/?q=stays")
    page.route("**/api/bulk", lambda route: route.abort())
    menu_of(page, "Stays here")
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.locator(".toast")).to_contain_text("The server cannot be reached")
    expect(page.get_by_role("link", name="Stays here")).to_be_visible()


def test_a_restored_video_leaves_the_trash(page: Page, pages: Server, film: Path) -> None:
    video = stored(pages, film, title="Out of the trash")
    requests.delete(pages.url + video["links"]["self"], timeout=30)
    page.goto("/trash")
    page.get_by_role("button", name="Restore Out of the trash").click()
    expect(page.locator(".toast")).to_contain_text("is back in the library")
    expect(page.get_by_role("heading", name="Out of the trash")).to_have_count(0)
    assert api(pages, video).status_code == 200


def test_a_video_that_has_just_been_stored_appears_by_itself(page: Page, pages: Server, film: Path) -> None:
    stored(pages, film, title="Before")
    page.goto("/")
    stored(pages, film, title="Just now")
    page.evaluate("document.dispatchEvent(new CustomEvent('reelgate:stored'))")
    expect(page.locator(".card h2").first).to_have_text("Just now")
    assert titles(page).count("Before") == 1


def test_the_first_video_takes_the_place_of_the_welcome(azurite: str, browser: Browser, film: Path) -> None:
    with running_server(azurite) as server, browser.new_context(base_url=server.url) as context:
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_role("heading", name="No videos yet")).to_be_visible()
        stored(server, film, title="The first")
        page.evaluate("document.dispatchEvent(new CustomEvent('reelgate:stored'))")
        expect(page.get_by_role("link", name="The first")).to_be_visible()
        expect(page.locator(".count")).to_contain_text("1 video")


def test_stills_and_lengths_are_taken_once(page: Page, pages: Server, film: Path) -> None:
    video = stored(pages, film, title="With a still")
    page.goto("/?q=with+a+still")
    expect(page.locator(".card .length")).to_have_text("0:20")
    expect(page.locator(".card .still img")).to_have_js_property("naturalWidth", 480)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.locator(".card .still img")).to_have_js_property("naturalWidth", 480)
    assert [url for url in asked if url.endswith(video["links"]["content"])] == []


def test_what_has_no_still_keeps_its_colour(page: Page, pages: Server, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(5000))
    stored(pages, broken, title="No picture")
    page.goto("/?q=no+picture")
    page.locator("[data-still]").wait_for()
    expect(page.locator(".still")).to_have_text("NP")
    expect(page.locator(".still img")).to_have_count(0)


def test_cards_are_read_by_their_title_first(reader: Page) -> None:
    reader.goto("/")
    assert reader.locator(".card").first.evaluate("(card) => card.firstElementChild.tagName") == "H2"


def test_the_list_is_narrowed_by_a_length_and_a_press_leaves_it(reader: Page) -> None:
    reader.goto("/?tag=even")
    reader.get_by_role("button", name="Newest").click()
    reader.get_by_role("link", name="Longer than 1:00", exact=True).click()
    expect(reader).to_have_url(re.compile(r"longer_than=60"))
    expect(reader.get_by_role("heading", name="Nothing found")).to_be_visible()
    reader.get_by_role("link", name="Longer than 1:00: show all lengths").click()
    expect(reader.locator(".card h2").first).to_have_text(f"Film {FILMS - 2}")
    expect(reader).to_have_url(re.compile(r"tag=even"))
