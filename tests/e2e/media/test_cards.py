"""Cards of films that no browser could take a picture of."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.media_films import make_film
from tests.server import Server
from tests.shelf import stored

_PATIENCE = 90_000


def test_a_card_gets_its_picture_and_its_length_without_a_reload(page: Page, pages: Server, tmp_path: Path) -> None:
    stored(pages, make_film(tmp_path / "mpeg2.mpg"), title="Not for browsers")
    page.goto("/")
    card = page.locator(".card", has_text="Not for browsers")
    expect(card.locator(".length")).to_have_text("0:06", timeout=_PATIENCE)
    picture = card.locator(".still img")
    expect(picture).to_have_js_property("naturalWidth", 320, timeout=_PATIENCE)
    assert "/poster?" in (picture.get_attribute("src") or "")


def test_a_card_moves_while_it_is_pointed_at_unless_less_motion_is_wanted(
    page: Page, pages: Server, tmp_path: Path
) -> None:
    stored(pages, make_film(tmp_path / "h264.mp4", seconds=2), title="It moves")
    page.goto("/?q=moves")
    card = page.locator(".card[data-preview]")
    card.wait_for(timeout=_PATIENCE)
    card.hover()
    expect(card.locator(".preview")).to_have_js_property("naturalWidth", 320)
    page.mouse.move(0, 0)
    expect(card.locator(".preview")).to_have_count(0)
    card.locator("h2 a").focus()
    expect(card.locator(".preview")).to_have_count(1)
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    card.hover()
    # As long as it takes to begin, and longer.
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 600))")
    assert [url for url in asked if "/preview" in url] == []
