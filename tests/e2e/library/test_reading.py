"""What people read on the pages: whole words, their own time, their own direction, and nothing lost."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.server import Server
from tests.shelf import api, stored
from tests.tray import drag, write_video
from tests.videos import mp4

pytestmark = pytest.mark.browser

# Words of titles and facts that go over two lines.
BROKEN = """() => [...document.querySelectorAll(".card :is(h2 a, .facts-line > *)")].flatMap((each) => {
  const text = document.createTreeWalker(each, NodeFilter.SHOW_TEXT).nextNode();
  return [...text.data.matchAll(each.closest("h2") ? /\\S+/g : /.+/g)].filter(({ 0: word, index }) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
  }).map(([word]) => word);
})"""
CONTRAST = """(selector) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  const light = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((each) => each / 255)
      .map((each) => (each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [one, other] = [getComputedStyle(document.querySelector(selector)).borderTopColor,
    getComputedStyle(document.body).backgroundColor].map(light);
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}"""


def small(server: Server, folder: Path, *, title: str) -> dict[str, Any]:
    """Store a small file that passes for a video."""
    path = folder / "small.mp4"
    path.write_bytes(mp4(64))
    return stored(server, path, title=title)


@pytest.mark.parametrize("density", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("width", [390, 1440])
def test_no_density_breaks_words_or_facts(
    browser: Browser, pages: Server, tmp_path: Path, density: int, width: int
) -> None:
    small(pages, tmp_path, title="Quicktime lectures afternoon Photography")
    with browser.new_context(base_url=pages.url, viewport={"width": width, "height": 900}) as context:
        context.add_init_script(f"localStorage.setItem('reelgate.density', '{density}')")
        page = context.new_page()
        page.goto("/?q=quicktime")
        expect(page.locator(".card")).not_to_have_count(0)
        assert page.evaluate(BROKEN) == []


def test_cards_end_where_their_words_end(page: Page, pages: Server, tmp_path: Path) -> None:
    for title in ("Ends here", "Ends here, after a title that is so long that it takes a second line of the card"):
        small(pages, tmp_path, title=title)
    page.goto("/?q=ends+here")
    below = """() => [...document.querySelectorAll(".card")].map((card) => {
        const words = document.createRange();
        words.selectNodeContents(card.querySelector(".date"));
        return card.getBoundingClientRect().bottom - words.getBoundingClientRect().bottom;
    })"""
    gaps = page.evaluate(below)
    assert len(gaps) == 2
    assert [gap for gap in gaps if gap > 28] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_search_field_can_be_seen(browser: Browser, pages: Server, scheme: Any) -> None:
    with browser.new_context(base_url=pages.url, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto("/")
        assert page.evaluate(CONTRAST, "#q") >= 3


def test_the_veil_hides_what_is_below_its_words(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    drag(page, write_video(tmp_path, "veiled.mp4", size=1000), ends="dragOver")
    colour = page.locator(".veil").evaluate("(veil) => getComputedStyle(veil).backgroundColor")
    assert re.search(r"[,/] ?0?\.\d+\)$", colour) is None


def test_times_are_those_of_the_reader(browser: Browser, pages: Server, tmp_path: Path) -> None:
    video = small(pages, tmp_path, title="In my time")
    zone = "Pacific/Auckland"
    with browser.new_context(base_url=pages.url, timezone_id=zone, locale="en-GB") as context:
        page = context.new_page()
        at = datetime.fromisoformat(api(pages, video).json()["uploaded_at"]).astimezone(ZoneInfo(zone))
        written = f"{at.day} {at:%b %Y}, {at:%H:%M}"
        page.goto("/?q=in+my+time")
        expect(page.locator(".card .date")).to_have_text(re.compile(rf"^({at:%H:%M}|Yesterday)$"))
        expect(page.locator(".card .date")).to_have_attribute("title", written)
        page.get_by_role("link", name="In my time").click()
        expect(page.locator(".facts time")).to_have_text(written)
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(video["links"]["page"])
        expect(page.locator(".facts time")).to_have_text(re.compile(r"^\d+ \w+ \d{4}, \d\d:\d\d UTC$"))


def test_a_title_is_read_in_its_own_direction(page: Page, pages: Server, tmp_path: Path) -> None:
    video = small(pages, tmp_path, title="סרט משפחתי 2026")
    page.goto("/")
    card = page.locator(".card h2", has_text="סרט")
    assert card.evaluate("(each) => getComputedStyle(each).direction") == "rtl"
    page.goto(video["links"]["page"])
    for place in ("h1", ".edit input[name=title]"):
        assert page.locator(place).evaluate("(each) => getComputedStyle(each).direction") == "rtl"


def test_without_scripts_a_refused_file_says_what_became_of_the_others(
    browser: Browser, pages: Server, tmp_path: Path
) -> None:
    good = write_video(tmp_path, "good with bad.mp4", size=1000)
    bad = tmp_path / "minutes.docx"
    bad.write_text("words")
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_text("or none if one is refused")).to_be_visible()
        page.get_by_label("Videos", exact=True).set_input_files([good, bad])
        page.locator("#upload-form").get_by_role("button", name="Upload").click()
        expect(page.locator(".notice")).to_contain_text("minutes.docx")
        expect(page.locator(".notice")).to_contain_text("None of the files sent with it was stored.")
    assert requests.get(f"{pages.url}/api/videos", params={"q": "good with bad"}, timeout=30).json()["videos"] == []


def test_without_scripts_a_link_is_made_on_the_page(browser: Browser, pages: Server, tmp_path: Path) -> None:
    video = small(pages, tmp_path, title="Shared without scripts")
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(video["links"]["page"])
        expect(page.get_by_label("Link", exact=True)).to_be_hidden()
        page.get_by_label("Works for").select_option("1 hour")
        page.get_by_role("button", name="Create link").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Shared without scripts")
        expect(page.locator(".until")).to_contain_text("Works until")
        url = page.get_by_label("Link", exact=True).input_value()
        assert requests.get(url, timeout=30).content == mp4(64)
        answer = page.request.get(f"{pages.url}{video['links']['page']}?expiry_hours=1000")
        assert answer.status == 400


def test_edits_that_are_not_saved_wait_for_their_writer(page: Page, pages: Server, tmp_path: Path) -> None:
    video = small(pages, tmp_path, title="Half written")
    page.goto(video["links"]["page"])
    page.get_by_text("Edit details").click()
    page.get_by_role("textbox", name="Title").fill("Wholly written")
    page.get_by_role("link", name="Trash").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trash")
    page.go_back()
    expect(page.get_by_role("textbox", name="Title")).to_have_value("Wholly written")
    expect(page.locator(".toast")).to_contain_text("unsaved changes")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wholly written")
    page.get_by_text("Edit details").click()
    page.get_by_role("textbox", name="Title").fill("Never mind")
    page.get_by_role("button", name="Cancel").click()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wholly written")
    expect(page.locator(".edit[open]")).to_have_count(0)
