"""Where the keyboard's focus is: in sight, near, and never nowhere."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server import Server
from tests.shelf import barriers, stored
from tests.tray import choose, has_begun, slow_down, write_video
from tests.videos import mp4

pytestmark = pytest.mark.browser

# Whether any part of what has the focus can be seen: five points of it, and what lies on top there.
COVERED = """() => {
  const held = document.activeElement;
  const { left, right, top, bottom } = held.getBoundingClientRect();
  const points = [[0.5, 0.5], [0.05, 0.1], [0.95, 0.1], [0.05, 0.9], [0.95, 0.9]];
  const seen = points.some(([x, y]) => {
    const on = document.elementFromPoint(left + x * (right - left), top + y * (bottom - top));
    return on !== null && !on.closest(".tray, .tabs, .toast") || held.contains(on);
  });
  return held === document.body || seen ? null : held.outerHTML.slice(0, 90);
}"""


def uploading(page: Page, tmp_path: Path) -> None:
    """Have some uploads under way that do not end by themselves."""
    paths = [write_video(tmp_path, f"under way {number}.mp4", size=30_000_000, seed=number) for number in range(3)]
    page.goto("/")
    slow_down(page, bytes_a_second=200_000)
    choose(page, *paths)
    has_begun(page, paths[0].name)


@pytest.fixture(scope="module")
def shelf(pages: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A library that goes on below what a window shows."""
    small = tmp_path_factory.mktemp("shelf") / "small.mp4"
    small.write_bytes(mp4(64))
    for number in range(24):
        stored(pages, small, title=f"Stop {number:02}")
    return pages


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1000, 700), (390, 844), (320, 256)])
@pytest.mark.parametrize("expanded", [True, False])
def test_the_tray_covers_nothing_that_has_the_focus(
    page: Page, shelf: Server, tmp_path: Path, width: int, height: int, expanded: bool
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    uploading(page, tmp_path)
    fold = page.locator(".tray [aria-expanded]")
    if (fold.get_attribute("aria-expanded") == "true") is not expanded:
        fold.click()
    page.locator(".skip").focus()
    covered = []
    for _ in range(90):
        page.keyboard.press("Tab")
        if hidden := page.evaluate(COVERED):
            covered.append(hidden)
    assert covered == []


def test_few_stops_lead_to_the_tray(page: Page, shelf: Server, tmp_path: Path) -> None:
    uploading(page, tmp_path)
    ways = page.locator(".rail nav a:visible").count()
    page.locator(".skip").focus()
    reached = []
    # The name of the site, the ways to its pages, and then the tray.
    for _ in range(ways + 3):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.closest('.tray') !== null"))
    assert any(reached)


@pytest.mark.parametrize(("width", "height"), [(320, 256), (390, 844)])
def test_the_tray_is_one_line_where_there_is_no_room(
    page: Page, shelf: Server, tmp_path: Path, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    uploading(page, tmp_path)
    tray = page.locator(".tray").bounding_box()
    assert tray
    assert tray["height"] <= height / 4


def test_another_order_leaves_the_focus_where_it_was_chosen(page: Page, shelf: Server) -> None:
    page.goto("/")
    page.get_by_role("button", name="Newest").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Title", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Title")).to_be_focused()


def test_the_api_is_linked_and_its_page_scrolls_nothing_that_keys_cannot_reach(browser: Browser, shelf: Server) -> None:
    for width in (320, 1440):
        with browser.new_context(
            base_url=shelf.url, viewport={"width": width, "height": 800}, bypass_csp=True
        ) as context:
            page = context.new_page()
            page.goto("/")
            if width == 320:
                page.get_by_role("button", name="More").click()
            with context.expect_page() as opened:
                page.get_by_role("link", name="API description").click()
            docs = opened.value
            expect(docs.get_by_role("heading", level=1)).to_have_text("The API")
            for summary in docs.locator("summary").all()[:12]:
                summary.click()
            assert barriers(docs) == []
