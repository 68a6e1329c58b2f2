"""The window of signs in a real browser: it follows its film, and keys, fingers and mice move it."""

import re

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.sign_tracks.conftest import Signed
from tests.shelf import LOOKS, barriers

pytestmark = pytest.mark.browser

FILM, SIGN = "document.querySelectorAll('video')[0]", "document.querySelectorAll('video')[1]"


def box(place: Locator) -> dict[str, float]:
    found = place.bounding_box()
    assert found is not None
    return {"x": found["x"], "y": found["y"], "width": found["width"], "height": found["height"]}


@pytest.mark.walk
def test_the_signs_follow_playing_pausing_seeking_and_speed(page: Page, signed: Signed) -> None:
    signed.open(page)
    page.evaluate(f"{FILM}.muted = true; {FILM}.play()")
    page.wait_for_function(f"() => {SIGN}.currentTime > 1 && !{SIGN}.paused")
    page.wait_for_function(f"() => Math.abs({SIGN}.currentTime - {FILM}.currentTime) < 0.1")
    page.evaluate(f"{FILM}.currentTime = 30")
    page.wait_for_function(f"() => {SIGN}.currentTime > 30.2 && !{SIGN}.paused")
    page.wait_for_function(f"() => Math.abs({SIGN}.currentTime - {FILM}.currentTime) < 0.1")
    page.evaluate(f"{FILM}.playbackRate = 1.5")
    page.wait_for_function(f"() => Math.abs({SIGN}.playbackRate - 1.5) < 0.5 && {SIGN}.playbackRate > 1.1")
    page.evaluate(f"{FILM}.pause()")
    page.wait_for_function(f"() => {SIGN}.paused")
    page.evaluate(f"{FILM}.currentTime = 10")
    page.wait_for_function(f"() => Math.abs({SIGN}.currentTime - 10) < 0.05")
    assert page.evaluate(f"{SIGN}.muted")


def test_an_offset_is_kept_and_before_it_nothing_is_signed(page: Page, signed: Signed) -> None:
    signed.open(page)
    signed.choose(page, "bfi")
    page.evaluate(f"{FILM}.currentTime = 20")
    page.wait_for_function(f"() => Math.abs({SIGN}.currentTime - 19) < 0.05")


def test_keys_move_and_resize_the_window_and_the_place_is_remembered(page: Page, signed: Signed) -> None:
    signed.open(page)
    window = page.locator(".signs")
    window.focus()
    before = box(window)
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowDown")
    moved = box(window)
    assert moved["x"] < before["x"]
    assert moved["y"] > before["y"]
    expect(page.locator("video").first).to_have_js_property("currentTime", 0)
    page.keyboard.press("-")
    page.keyboard.press("Shift+ArrowLeft")
    assert box(window)["width"] < moved["width"]
    page.keyboard.press("+")
    left = box(window)
    page.reload()
    expect(window).to_be_visible()
    page.wait_for_function("(x) => Math.abs(document.querySelector('.signs').getBoundingClientRect().x - x) < 2",
                           arg=left["x"])  # fmt: skip
    window.focus()
    page.keyboard.press("Escape")
    expect(page.locator("[data-bar=play]")).to_be_focused()


def test_the_walk_by_tab_reaches_everything_and_signs_can_be_hidden(page: Page, signed: Signed) -> None:
    signed.open(page)
    window = page.locator(".signs")
    window.focus()
    for name in ("Swap with the film", "Side by side", "Hide signs"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("Enter")
    expect(window).to_be_hidden()
    expect(page.locator("#signs-choice:focus, .more-choices:focus")).to_have_count(1)
    page.reload()
    expect(page.locator("#signs-choice")).to_have_value("")
    expect(window).to_be_hidden()


def test_a_mouse_moves_and_resizes_it(page: Page, signed: Signed) -> None:
    signed.open(page)
    window = page.locator(".signs")
    before = box(window)
    page.mouse.move(before["x"] + before["width"] / 2, before["y"] + before["height"] / 2)
    page.mouse.down()
    page.mouse.move(before["x"] - 60, before["y"] + 120, steps=4)
    page.mouse.up()
    moved = box(window)
    assert moved["x"] < before["x"] - 50
    page.mouse.move(moved["x"] + 8, moved["y"] + moved["height"] - 8)
    page.mouse.down()
    page.mouse.move(moved["x"] - 40, moved["y"] + moved["height"], steps=4)
    page.mouse.up()
    assert box(window)["width"] > moved["width"] + 20


def test_signs_large_and_side_by_side(page: Page, signed: Signed) -> None:
    signed.open(page)
    film, window = page.locator("video").first, page.locator(".signs")
    swap, beside = page.get_by_role("button", name="Swap"), page.get_by_role("button", name="Side by side")
    swap.click()
    expect(swap).to_have_attribute("aria-pressed", "true")
    assert box(window)["width"] > 3 * box(film)["width"]
    beside.click()
    expect(swap).to_have_attribute("aria-pressed", "false")
    assert box(film)["x"] + box(film)["width"] <= box(window)["x"] + 1
    bar = page.locator(".player .buttons")
    assert box(window)["y"] + box(window)["height"] <= box(bar)["y"] + 1
    beside.click()
    assert box(window)["width"] < box(film)["width"] / 2


def test_by_itself_it_leaves_captions_and_the_bar_alone(page: Page, signed: Signed) -> None:
    for size in ({"width": 1440, "height": 900}, {"width": 800, "height": 600}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        signed.open(page)
        window, stage, bar = (box(page.locator(each)) for each in (".signs", ".stage", ".player .buttons"))
        is_below = window["y"] >= bar["y"] + bar["height"] - 1
        assert is_below or window["y"] + window["height"] <= stage["y"] + 0.7 * stage["height"]


def test_a_preferred_sign_language_shows_it_by_itself(browser: Browser, signed: Signed) -> None:
    with browser.new_context(base_url=signed.server.url) as context:
        page = context.new_page()
        page.goto(signed.film["links"]["page"])
        expect(page.locator(".signs")).to_be_hidden()
        cookie = {"preferred_sign_language": "BSL"}
        answer = page.request.patch(
            "/api/auth/user", data={"preferences": cookie}, headers={"Origin": signed.server.url}
        )
        assert answer.ok, answer.text()
        page.reload()
        expect(page.locator(".signs")).to_be_visible()
        expect(page.locator("#signs-choice")).to_have_value("bfi")
        expect(page.locator(".signs-name")).to_have_text("BSL")


def test_without_scripts_links_lead_to_the_signs(browser: Browser, signed: Signed) -> None:
    with browser.new_context(base_url=signed.server.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(signed.film["links"]["page"])
        page.get_by_role("link", name="Watch in American Sign Language (ASL)").click()
        expect(page).to_have_url(re.compile(re.escape(signed.sign["id"])))


def test_without_scripts_a_track_is_set_and_taken_away(browser: Browser, signed: Signed) -> None:
    with browser.new_context(base_url=signed.server.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(signed.sign["links"]["page"])
        page.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name="Sign tracks").click()
        page.get_by_role("searchbox", name="Search the library by title").fill("nothing like it")
        page.get_by_role("main").get_by_role("button", name="Search").click()
        expect(page.get_by_role("main")).to_contain_text("No video was found")
        page.goto(f"{signed.film['links']['page']}/sign-tracks?q=signed")
        page.get_by_role("radio", name="Signed").check()
        page.get_by_role("combobox", name="Sign language").fill("DGS")
        page.get_by_label("Who signs").select_option("avatar")
        page.get_by_label("Second of the film").fill("2.5")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("listitem").filter(has_text="DGS")).to_contain_text("begins at second 2.5")
        page.get_by_role("button", name="Remove German Sign Language").click()
        expect(page.get_by_role("listitem").filter(has_text="DGS")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_axe_finds_no_barrier(browser: Browser, signed: Signed, scheme: str, width: int) -> None:
    viewport = {"width": width, "height": 900}
    with browser.new_context(
        base_url=signed.server.url,
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport=viewport,  # type: ignore[arg-type]
        bypass_csp=True,
    ) as context:
        page = context.new_page()
        signed.open(page)
        for way in (None, "Swap", "Side by side"):
            button = page.get_by_role("button", name=way or "")
            if way is not None and button.is_visible():
                button.click()
            assert barriers(page) == []
        page.goto(signed.film["links"]["page"] + "/sign-tracks")
        assert barriers(page) == []
    assert requests.get(signed.server.url + signed.film["links"]["self"], timeout=30).ok
