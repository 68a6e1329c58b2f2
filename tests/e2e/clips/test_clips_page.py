"""Clips on the page of their film, in a real browser, with a real worker."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server import Server, eventually
from tests.shelf import api, barriers, stored

pytestmark = pytest.mark.browser

SOON = 60_000


@pytest.fixture(scope="module")
def video(pages: Server, numbered: Path) -> dict[str, Any]:
    made = stored(pages, numbered, title="The harbour")
    # How long a film is, a worker finds out; what lies behind its end is refused from then on.
    eventually(lambda: api(pages, made).json()["duration"] is not None, patience=60)
    return made


def at(page: Page, second: float) -> None:
    """Have the film stand at that second."""
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
    page.evaluate("second => { document.querySelector('video').currentTime = second; }", second)
    page.wait_for_function("second => document.querySelector('video').currentTime === second", arg=second)


@pytest.mark.walk
def test_ends_are_marked_by_keys_and_buttons_and_the_clip_appears(page: Page, video: dict[str, Any]) -> None:
    page.goto(video["links"]["page"])
    at(page, 2.5)
    page.locator("h1").focus()
    page.keyboard.press("i")
    expect(page.get_by_label("Start", exact=True)).to_have_value("0:02.5")
    at(page, 4)
    page.get_by_role("button", name="End here").click()
    expect(page.get_by_label("End", exact=True)).to_have_value("0:04")
    at(page, 5)
    page.locator("h1").focus()
    page.keyboard.press("o")
    expect(page.get_by_label("End", exact=True)).to_have_value("0:05")
    page.locator(".new-clip").get_by_label("Title").fill("The boat")
    page.get_by_role("button", name="Make clip").click()
    link = page.get_by_role("link", name="The boat")
    expect(link).to_be_visible(timeout=SOON)
    link.click()
    expect(page.get_by_role("heading", name="The boat", level=1)).to_be_visible()
    expect(page.locator(".clip-source")).to_contain_text("0:02–0:05")  # noqa: RUF001 - a dash between two moments
    page.get_by_role("link", name="The harbour").click()
    expect(page.get_by_role("heading", name="The harbour", level=1)).to_be_visible()
    page.wait_for_function("() => Math.abs(document.querySelector('video').currentTime - 2.5) < 0.1")


def test_pictures_show_where_a_clip_begins_and_ends(page: Page, pages: Server, video: dict[str, Any]) -> None:
    eventually(lambda: api(pages, video).json()["processing"].get("storyboard", {}).get("state") == "done", patience=60)
    page.goto(video["links"]["page"])
    at(page, 2.5)
    page.locator("h1").focus()
    page.keyboard.press("i")
    begin, end = page.locator(".clip-still").all()
    expect(begin).to_have_css("background-image", re.compile("storyboard"))
    expect(end).to_be_hidden()
    page.get_by_label("End", exact=True).fill("0:05")
    expect(end).to_be_visible()
    page.get_by_label("End", exact=True).fill("soon")
    expect(end).to_be_hidden()


def test_times_that_cannot_be_are_said_in_words(page: Page, video: dict[str, Any]) -> None:
    page.goto(video["links"]["page"] + "#clips")
    page.get_by_label("Start", exact=True).fill("0:04")
    page.get_by_label("End", exact=True).fill("0:03")
    page.get_by_role("button", name="Make clip").click()
    expect(page.get_by_text("The end must come after the start")).to_be_visible()


def test_without_scripts_a_clip_is_asked_for_by_its_times(
    browser: Browser, pages: Server, video: dict[str, Any]
) -> None:
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(video["links"]["page"])
        page.get_by_label("Start", exact=True).fill("0:01,5")
        page.get_by_label("End", exact=True).fill("3")
        page.locator(".new-clip").get_by_label("Title").fill("By hand")
        page.get_by_label("Exactly").check()
        page.get_by_role("button", name="Make clip").click()
        expect(page.get_by_text("By hand")).to_be_visible()
        page.get_by_label("Start", exact=True).fill("9:00:00")
        page.get_by_label("End", exact=True).fill("9:00:01")
        page.get_by_role("button", name="Make clip").click()
        expect(page.get_by_text("The film is only").first).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 390), ("light", 1440), ("dark", 1440)])
def test_the_clips_of_a_film_fit_and_have_no_barriers(
    browser: Browser, pages: Server, video: dict[str, Any], scheme: str, width: int, tmp_path: Path
) -> None:
    with browser.new_context(
        base_url=pages.url,
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
        bypass_csp=True,
    ) as context:
        page = context.new_page()
        page.goto(video["links"]["page"] + "#clips")
        expect(page.get_by_role("button", name="Make clip")).to_be_visible()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=tmp_path / "clips.png", full_page=True)
