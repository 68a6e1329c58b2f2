"""What a film lacks, ratings and figures in a real browser: without scripts, in every look, and in forced colours."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.server import Server, eventually, running_server
from tests.shelf import LOOKS, barriers, stored

pytestmark = pytest.mark.browser

FAST = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nMuch more is said here than can be read in one second.\n"
GOOD = "WEBVTT\n\n00:00:00.500 --> 00:00:18.000\nHello there.\n"


@pytest.fixture(scope="module")
def pages(azurite: str) -> Iterator[Server]:
    with running_server(azurite, web_concurrency=2) as running:
        yield running


@pytest.fixture(scope="module")
def rated(pages: Server, film: Path) -> str:
    """The page of a film with captions that could be better."""
    return described(pages, stored(pages, film, title="What it lacks"), FAST)


def described(server: Server, video: dict[str, Any], words: str) -> str:
    address = f"{server.url}{video['links']['self']}/captions/en"
    requests.put(address, data=words, headers={"Content-Type": "text/vtt"}, timeout=30).raise_for_status()
    return str(video["links"]["page"])


def figures(server: Server) -> dict[str, float]:
    text = requests.get(f"{server.url}/metrics", timeout=10).text
    return {name: float(value) for name, value in re.findall(r"^(\w+(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE)}


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_has_a_barrier_in_any_look(
    browser: Browser, pages: Server, rated: str, scheme: Any, width: int
) -> None:
    with browser.new_context(
        base_url=pages.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        for address in ("/accessibility", "/accessibility?q=nothing", "/figures", f"{rated}#accessibility"):
            page.goto(address)
            assert barriers(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        page.get_by_role("radio", name="4").check()
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("Your rating is kept: 4 of 5.")).to_be_visible()
        assert barriers(page) == []


def test_nothing_is_said_by_colour_alone(browser: Browser, pages: Server, rated: str) -> None:
    """In forced colours bars have a border and a filling, and what they say stands beside them in words."""
    with browser.new_context(base_url=pages.url, forced_colors="active", bypass_csp=True) as context:
        page = context.new_page()
        for address in ("/accessibility", "/figures", f"{rated}#accessibility"):
            page.goto(address)
            assert barriers(page) == [], address
            bar = page.locator(".share-bar:visible").first
            expect(bar).not_to_have_css("border-top-style", "none")
            filling = bar.locator("rect").evaluate("(each) => getComputedStyle(each).fill")
            assert filling != page.evaluate("getComputedStyle(document.body).backgroundColor"), address
            beside = bar.locator("xpath=..").text_content() or ""
            assert re.search(r"\d", beside), address


def test_without_scripts_a_film_is_rated_and_what_it_lacks_is_brought_in(
    browser: Browser, pages: Server, film: Path
) -> None:
    address = described(pages, stored(pages, film, title="By forms alone"), FAST)
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/accessibility")
        page.get_by_role("link", name="Fix the captions: By forms alone").click()
        expect(page.get_by_role("status").filter(has_text="could be better")).to_be_visible()
        expect(page.get_by_label("File (WebVTT, SubRip, ASS or TTML)")).to_be_visible()
        page.goto(address)
        page.get_by_role("radio", name="5, very good").check()
        page.get_by_label("What could be better?").fill("Nothing.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("status").filter(has_text="5 of 5")).to_be_visible()
        expect(page.get_by_label("What could be better?")).to_have_value("Nothing.")
        page.get_by_role("link", name="Add descriptions").click()
        expect(page.get_by_label("Kind")).to_have_value("descriptions")


def test_with_scripts_a_way_leads_to_the_form_beside_the_film(page: Page, rated: str) -> None:
    page.goto(f"{rated}#accessibility")
    page.get_by_role("link", name="Add descriptions").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Kind")).to_have_value("descriptions")
    expect(page.get_by_label("Kind")).to_be_visible()
    page.goto("/accessibility")
    page.get_by_role("link", name="Fix the captions: What it lacks").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile("/captions[?]lang=en&kind=captions$"))


def test_browsers_tell_how_long_pages_and_films_took(page: Page, pages: Server, rated: str) -> None:
    before = figures(pages)
    page.goto(rated)
    page.wait_for_function("() => document.querySelector('video').readyState > 1")
    page.evaluate("() => { const video = document.querySelector('video'); video.muted = true; return video.play(); }")

    def grown(name: str) -> float:
        return figures(pages).get(name, 0) - before.get(name, 0)

    eventually(lambda: grown('reelgate_page_load_seconds_count{density="3"}') >= 1)
    eventually(lambda: grown('reelgate_video_start_seconds_count{type="mp4"}') == 1)
    # Both workers' figures are on the page, whichever of them answers.
    page.goto("/figures")
    table = page.get_by_role("table", name="Until a film plays")
    expect(table.get_by_role("rowheader", name="MP4")).to_be_visible()


def test_captions_that_are_switched_off_stay_off(page: Page, pages: Server, film: Path) -> None:
    one = described(pages, stored(pages, film, title="Spoken"), GOOD)
    other = described(pages, stored(pages, film, title="Spoken, too"), GOOD)
    button = page.locator(".player").get_by_role("button", name="Captions", exact=True)
    page.goto(one)
    # They are on by themselves for who has not said otherwise.
    expect(button).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Playback settings").click()
    with page.expect_response("**/preferences"):
        page.locator("#caption-language").select_option("Off")
    expect(button).to_have_attribute("aria-pressed", "false")
    for address in (one, other):
        page.goto(address)
        page.wait_for_function("() => document.querySelector('video').readyState > 1")
        expect(button).to_have_attribute("aria-pressed", "false")
        assert page.evaluate("() => [...document.querySelector('video').textTracks].map(({ mode }) => mode)") != [
            "showing"
        ]
    page.goto("/preferences")
    expect(page.locator("input[name=captions]")).not_to_be_checked()
    page.goto(other)
    with page.expect_response("**/preferences"):
        button.click()
    page.goto(one)
    expect(button).to_have_attribute("aria-pressed", "true")
    page.goto("/preferences")
    expect(page.locator("input[name=captions]")).to_be_checked()


def test_what_went_wrong_has_a_picture_and_words(page: Page, rated: str, tmp_path: Path) -> None:
    picture = "(each) => getComputedStyle(each, '::before').content"
    nothing = tmp_path / "nothing.srt"
    nothing.write_text("no captions")
    page.goto(rated)
    page.get_by_role("button", name="More actions").click()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("menuitem", name="Captions from a file").click()
    chosen.value.set_files(nothing)
    toast = page.locator(".toast.bad > span")
    expect(toast).to_contain_text("nothing.srt")
    assert "\u26a0" in toast.evaluate(picture)
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Copy link", exact=True).click()
    said = page.locator(".toast > span")
    expect(said).to_have_text("Link copied")
    assert said.evaluate(picture) == "none"
    page.goto("/")
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"nothing")
    page.set_input_files("#files", bad)
    refused = page.locator(".tray [data-state=refused] .state")
    expect(refused).to_contain_text("does not begin like")
    assert "\u26a0" in refused.evaluate(picture)


def test_which_of_several_is_shown_is_no_matter_of_colour(page: Page, rated: str) -> None:
    assert rated  # There is something to sort.
    page.goto("/jobs?state=failed")
    line = "(each) => getComputedStyle(each).textDecorationLine"
    states = page.get_by_role("navigation", name="State")
    assert states.get_by_role("link", name="Failed").evaluate(line) == "underline"
    assert states.get_by_role("link", name="All").evaluate(line) == "none"
    page.goto("/?sort=title")
    page.get_by_role("button", name="Title").click()
    tick = "(each) => getComputedStyle(each, '::before').content"
    assert "\u2713" in page.locator("#sorts [aria-current]").first.evaluate(tick)
