"""The transcript beside the film: it follows, leads, is searched and copied, by the keyboard alone too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.films import write_film
from tests.server import Server
from tests.shelf import LOOKS, barriers, rarely, stored

pytestmark = pytest.mark.browser

_IN_VIEW = """() => {
    const list = document.querySelector(".lines").getBoundingClientRect();
    const line = document.querySelector(".lines [aria-current]").getBoundingClientRect();
    return line.top >= list.top - 1 && line.bottom <= list.bottom + 1;
}"""
# What has the focus and lies under the film, unless it belongs to it.
_COVERED = """() => {
    const held = document.activeElement, { left, right, top, bottom } = held.getBoundingClientRect();
    const on = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return on?.closest("[data-stage]") && !held.closest("[data-stage]") ? [held.outerHTML.slice(0, 90)] : [];
}"""


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty lines, one a second; every tenth speaks of a bolt."""
    path = tmp_path_factory.mktemp("words") / "words.vtt"
    lines = [
        f"00:{second // 60:02}:{second % 60:02}.000 --> 00:{second // 60:02}:{second % 60:02}.900\n"
        f"<v {'Ines' if second % 2 else 'Jonas'}>Line {second}{' about a bolt' if second % 10 == 0 else ''}\n"
        for second in range(80)
    ]
    path.write_text("WEBVTT\n\n" + "\n".join(lines))
    return path


@pytest.fixture(scope="module")
def watched(pages: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a film of a minute and a half."""
    path = tmp_path_factory.mktemp("films") / "long.mp4"
    write_film(path, seconds=90)
    return str(stored(pages, path, title="Spoken")["links"]["page"])


def opened(page: Page, address: str, words: Path) -> Page:
    """Open the page, give it the words, and look at the transcript."""
    page.goto(address)
    page.wait_for_function("() => document.querySelector('video').readyState > 1")
    with page.expect_file_chooser() as chooser:
        rarely(page, "Captions from a file")
    chooser.value.set_files(words)
    page.locator(".facet-tabs").get_by_role("link", name="Transcript").click()
    expect(page.locator(".lines li")).to_have_count(80)
    return page


@pytest.fixture
def transcript(page: Page, watched: str, words: Path) -> Page:
    return opened(page, watched, words)


def seek(page: Page, second: float) -> None:
    page.evaluate("second => { document.querySelector('video').currentTime = second; }", second)


def current(page: Page) -> Locator:
    """The line that the film is at."""
    return page.locator(".lines [aria-current=true]")


def test_before_there_are_words_that_is_said(page: Page, watched: str) -> None:
    page.goto(watched)
    page.locator(".facet-tabs").get_by_role("link", name="Transcript").click()
    expect(page.locator(".no-words")).to_be_visible()
    expect(page.get_by_role("searchbox", name="Search in the transcript")).to_be_hidden()


def test_the_line_of_the_film_is_marked_and_kept_in_view(transcript: Page) -> None:
    for second in (40.5, 70.5, 3.5):
        seek(transcript, second)
        expect(current(transcript)).to_contain_text(f"Line {int(second)}")
        expect(current(transcript)).to_have_count(1)
        transcript.wait_for_function(_IN_VIEW)


def test_whoever_scrolls_is_left_alone_until_they_want_to_follow(transcript: Page) -> None:
    seek(transcript, 10.5)
    expect(current(transcript)).to_contain_text("Line 10")
    transcript.locator(".lines").hover()
    transcript.mouse.wheel(0, 2000)
    follow = transcript.get_by_role("button", name="Follow the film")
    expect(follow).to_be_visible()
    before = transcript.evaluate("document.querySelector('.lines').scrollTop")
    seek(transcript, 12.5)
    expect(current(transcript)).to_contain_text("Line 12")
    assert transcript.evaluate("document.querySelector('.lines').scrollTop") == before
    follow.click()
    transcript.wait_for_function(_IN_VIEW)
    expect(follow).to_be_hidden()


@pytest.mark.walk
def test_a_line_leads_to_its_place_in_the_film(transcript: Page) -> None:
    transcript.get_by_role("button", name="Line 5", exact=False).first.click()
    expect(transcript.locator("video")).to_have_js_property("currentTime", 5)
    expect(current(transcript)).to_contain_text("Ines: Line 5")


def test_the_keyboard_walks_through_it_with_one_stop(transcript: Page) -> None:
    seek(transcript, 2.5)
    expect(current(transcript)).to_contain_text("Line 2")
    transcript.get_by_role("searchbox", name="Search in the transcript").focus()
    transcript.keyboard.press("Tab")
    expect(current(transcript)).to_be_focused()
    transcript.keyboard.press("ArrowDown")
    transcript.keyboard.press("ArrowDown")
    transcript.keyboard.press("Enter")
    expect(transcript.locator("video")).to_have_js_property("currentTime", 4)
    transcript.keyboard.press("End")
    transcript.keyboard.press("Enter")
    expect(transcript.locator("video")).to_have_js_property("currentTime", 79)
    transcript.keyboard.press("Tab")
    expect(transcript.get_by_role("button", name="Copy with times")).to_be_focused()


def test_words_are_searched_from_place_to_place(transcript: Page) -> None:
    field = transcript.get_by_role("searchbox", name="Search in the transcript")
    field.fill("BOLT")
    found = transcript.locator(".found")
    expect(found).to_have_text("1 of 8")
    expect(transcript.locator(".lines mark")).to_have_text(["bolt"] * 8)
    field.press("Enter")
    expect(found).to_have_text("2 of 8")
    transcript.get_by_role("button", name="Next place").click()
    transcript.get_by_role("button", name="Previous place").click()
    expect(found).to_have_text("2 of 8")
    field.press("Shift+Enter")
    field.press("Shift+Enter")
    expect(found).to_have_text("8 of 8")
    expect(transcript.locator(".lines li").nth(70)).to_be_in_viewport()
    field.fill("nobody says this")
    expect(found).to_have_text("Not found")
    expect(transcript.get_by_role("button", name="Next place")).to_be_disabled()
    expect(transcript.locator(".lines mark")).to_have_count(0)


def test_it_is_copied_with_its_times(transcript: Page) -> None:
    transcript.get_by_role("button", name="Copy with times").click()
    expect(transcript.locator(".toast")).to_contain_text("Copied")
    lines = transcript.evaluate("navigator.clipboard.readText()").splitlines()
    assert lines[0] == "0:00 Jonas: Line 0 about a bolt"
    assert lines[79] == "1:19 Ines: Line 79"


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_it_has_no_barrier(browser: Browser, pages: Server, watched: str, words: Path, scheme: Any, width: int) -> None:
    with browser.new_context(
        base_url=pages.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = opened(context.new_page(), watched, words)
        seek(page, 10.5)
        expect(current(page)).to_contain_text("Line 10")
        page.get_by_role("searchbox", name="Search in the transcript").fill("bolt")
        expect(page.locator(".found")).to_have_text("1 of 8")
        page.locator(".toast").get_by_role("button", name="Close").click()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_telephone_the_film_stays_in_sight_and_covers_nothing_that_has_the_focus(
    page: Page, watched: str, words: Path
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, watched, words)
    page.locator(".toast").get_by_role("button", name="Close").click()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator("video")).to_be_in_viewport(ratio=0.9)
    page.get_by_role("button", name="Copy with times").focus()
    covered = []
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        covered += page.evaluate(_COVERED)
    assert covered == []


@pytest.fixture
def reader(browser: Browser, pages: Server) -> Iterator[Page]:
    """A page for who reads without scripts."""
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        yield context.new_page()


def test_without_scripts_nothing_is_offered_that_needs_them(reader: Page, watched: str) -> None:
    reader.goto(watched)
    expect(reader.get_by_role("heading", name="Transcript")).to_be_visible()
    expect(reader.get_by_role("button", name="Copy with times")).to_be_hidden()
