"""The player's own bar: by mouse, by keyboard alone, by fingers, and for those who hear or see otherwise."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.films import write_film
from tests.server import Server
from tests.shelf import LOOKS, barriers, stored

pytestmark = pytest.mark.browser

# What the keyboard reaches in the bar, in its order, by its name.
_WALK = """() => [...document.querySelectorAll(".player :is(button, input, select)")]
    .filter((each) => each.checkVisibility()).map((each) => each.ariaLabel ?? each.closest("label").textContent)"""
_CUT_OFF = """() => {
    const stage = document.querySelector("[data-stage]").getBoundingClientRect();
    return [...document.querySelectorAll(".player :is(button, input, select, p)")].filter((each) => {
        const { left, right } = each.getBoundingClientRect();
        return each.checkVisibility() && (left < stage.left || right > stage.right);
    }).map((each) => each.outerHTML.slice(0, 90));
}"""
_HELD = """() => document.activeElement.ariaLabel ?? document.activeElement.closest("label").textContent"""
_SMALL = """() => [...document.querySelectorAll(".player :is(button, input, select)")].filter((each) =>
    each.checkVisibility() && (each.getBoundingClientRect().width < 44 || each.getBoundingClientRect().height < 44)
).map((each) => each.outerHTML.slice(0, 90))"""
_ADD_CAPTIONS = """() => {
    const track = document.querySelector("video").addTextTrack("captions", "English", "en");
    track.addCue(new VTTCue(0, 90, "spoken"));
}"""


@pytest.fixture(scope="module")
def watched(pages: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a film of a minute and a half, which no test here changes."""
    path = tmp_path_factory.mktemp("films") / "long.mp4"
    write_film(path, seconds=90)
    return str(stored(pages, path, title="By every hand")["links"]["page"])


@pytest.fixture
def player(page: Page, watched: str) -> Page:
    """That page, once its film can be sought."""
    opened(page, watched)
    return page


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("() => document.querySelector('video').readyState > 1")
    expect(page.locator(".player")).to_be_visible()


def button(page: Page, name: str) -> Any:
    """A button of the bar."""
    return page.locator(".player").get_by_role("button", name=name, exact=True)


def test_the_mouse_plays_seeks_and_silences(player: Page) -> None:
    video = player.locator("video")
    button(player, "Play").click()
    expect(video).to_have_js_property("paused", False)
    button(player, "Pause").click()
    expect(video).to_have_js_property("paused", True)
    video.click(position={"x": 100, "y": 60})
    expect(video).to_have_js_property("paused", False)
    video.click(position={"x": 100, "y": 60})
    expect(video).to_have_js_property("paused", True)
    button(player, "Mute").click()
    expect(video).to_have_js_property("muted", True)
    expect(button(player, "Mute")).to_have_attribute("aria-pressed", "true")
    # Nobody has to hear that it is silent.
    expect(player.locator(".silent")).to_have_text("Muted")
    button(player, "Mute").click()
    expect(player.locator(".silent")).to_be_hidden()
    slider = player.get_by_role("slider", name="Position in the film")
    box = slider.bounding_box()
    assert box
    slider.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    player.wait_for_function("() => Math.abs(document.querySelector('video').currentTime - 45) < 2")


@pytest.mark.walk
def test_the_keyboard_reaches_all_of_the_bar_in_its_order(player: Page) -> None:
    player.set_viewport_size({"width": 1600, "height": 900})
    player.evaluate(_ADD_CAPTIONS)
    expect(button(player, "Captions")).to_be_visible()
    names = player.evaluate(_WALK)
    assert names[0] == "Position in the film"
    assert [name for name in ("Play", "Mute", "Volume", "Captions", "Full screen") if name not in names] == []
    player.get_by_role("slider", name="Position in the film").focus()
    reached = []
    for _ in names:
        reached.append(
            player.evaluate("(({ activeElement: it }) => it.ariaLabel ?? it.closest('label').textContent)(document)")
        )
        assert player.evaluate("document.activeElement.matches(':focus-visible')")
        player.keyboard.press("Tab")
    assert reached == names
    assert player.evaluate("document.activeElement.closest('.player')") is None


def test_the_slider_is_worked_and_read_out_by_keys(player: Page) -> None:
    slider = player.get_by_role("slider", name="Position in the film")
    slider.focus()
    for key, second, words in (
        ("ArrowRight", 5, "5 seconds of 1 minute 30 seconds"),
        ("PageUp", 14, "14 seconds of 1 minute 30 seconds"),
        ("ArrowDown", 9, "9 seconds of 1 minute 30 seconds"),
        ("End", 90, "1 minute 30 seconds of 1 minute 30 seconds"),
        ("Home", 0, "0 seconds of 1 minute 30 seconds"),
        ("7", 63, "1 minute 3 seconds of 1 minute 30 seconds"),
        ("j", 53, "53 seconds of 1 minute 30 seconds"),
    ):
        player.keyboard.press(key)
        expect(player.locator("video")).to_have_js_property("currentTime", second)
        expect(slider).to_have_attribute("aria-valuetext", words)
    # What works everywhere works here too.
    player.keyboard.press("Space")
    expect(player.locator("video")).to_have_js_property("paused", False)
    player.keyboard.press("m")
    expect(player.locator(".said")).to_have_text("Muted")


def test_the_bar_rests_while_the_film_plays_and_never_under_the_focus(player: Page) -> None:
    stage = player.locator("[data-stage]")
    bar = player.locator(".player")
    player.evaluate("() => document.querySelector('video').play()")
    expect(stage).to_have_attribute("data-idle", "", timeout=15_000)
    expect(bar).to_have_css("opacity", "0")
    button(player, "Play").or_(button(player, "Pause")).focus()
    player.keyboard.press("Shift+Tab")
    player.keyboard.press("Tab")
    expect(bar).to_have_css("opacity", "1")
    expect(stage).to_have_attribute("data-idle", "", timeout=15_000)
    expect(bar).to_have_css("opacity", "1")
    player.evaluate("() => document.activeElement.blur()")
    expect(bar).to_have_css("opacity", "0")
    player.evaluate("() => document.querySelector('video').pause()")
    expect(bar).to_have_css("opacity", "1")


def test_captions_are_toggled_chosen_and_remembered(player: Page, watched: str) -> None:
    modes = "() => [...document.querySelector('video').textTracks].map(({ mode }) => mode)"
    expect(button(player, "Captions")).to_be_hidden()
    player.evaluate(_ADD_CAPTIONS)
    button(player, "Captions").click()
    assert player.evaluate(modes) == ["showing"]
    expect(button(player, "Captions")).to_have_attribute("aria-pressed", "true")
    expect(player.locator(".said")).to_have_text("Captions on")
    opened(player, watched)
    player.evaluate(_ADD_CAPTIONS)
    player.wait_for_function(f"() => ({modes})()[0] === 'showing'")
    button(player, "Playback settings").click()
    player.locator("#caption-language").select_option("Off")
    assert player.evaluate(modes) == ["hidden"]
    expect(button(player, "Captions")).to_have_attribute("aria-pressed", "false")
    opened(player, watched)
    player.evaluate(_ADD_CAPTIONS)
    expect(button(player, "Captions")).to_have_attribute("aria-pressed", "false")
    assert player.evaluate(modes) != ["showing"]


def test_waiting_and_the_end_are_said_in_words(player: Page) -> None:
    player.evaluate("() => { const video = document.querySelector('video'); video.currentTime = 89.5; video.play(); }")
    expect(player.locator(".state")).to_have_text("The end", timeout=15_000)
    expect(button(player, "Play again")).to_be_visible()
    player.keyboard.press("Home")
    player.keyboard.press("0")
    expect(player.locator(".state")).to_be_hidden()
    # A film whose next part does not come.
    player.route("**/content", lambda route: None)
    player.evaluate("""() => Object.defineProperty(document.querySelector("video"), "readyState", { value: 2 })""")
    player.evaluate("() => document.querySelector('video').dispatchEvent(new Event('waiting'))")
    expect(player.get_by_role("status").locator(".state")).to_have_text("Loading…")


def test_full_screen_shows_what_belongs_to_the_picture(player: Page) -> None:
    button(player, "Full screen").click()
    player.wait_for_function("() => document.fullscreenElement?.matches('[data-theatre]')")
    expect(button(player, "Full screen")).to_have_attribute("aria-pressed", "true")
    button(player, "Full screen").click()
    player.wait_for_function("() => document.fullscreenElement === null")


@pytest.fixture
def phone(browser: Browser, pages: Server, watched: str) -> Iterator[Page]:
    """The page on a telephone."""
    with browser.new_context(
        base_url=pages.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, bypass_csp=True
    ) as context:
        page = context.new_page()
        opened(page, watched)
        yield page


def test_fingers_show_the_bar_and_seek_by_two_touches(phone: Page) -> None:
    stage, video = phone.locator("[data-stage]"), phone.locator("video")
    box = video.bounding_box()
    assert box
    right, middle = (box["x"] + box["width"] * 0.85, box["y"] + 60), (box["x"] + box["width"] / 2, box["y"] + 60)
    phone.touchscreen.tap(*right)
    phone.touchscreen.tap(*right)
    expect(video).to_have_js_property("currentTime", 10)
    expect(video).to_have_js_property("paused", True)
    expect(phone.locator(".player")).to_have_css("opacity", "1")
    phone.evaluate("() => { document.querySelector('video').muted = true; document.querySelector('video').play(); }")
    phone.touchscreen.tap(*middle)
    expect(stage).to_have_attribute("data-idle", "")
    phone.touchscreen.tap(*middle)
    expect(stage).not_to_have_attribute("data-idle", "")
    expect(video).to_have_js_property("paused", False)


def test_what_fingers_press_is_large_enough(phone: Page) -> None:
    assert phone.evaluate("matchMedia('(pointer: coarse)').matches")
    phone.set_viewport_size({"width": 320, "height": 700})
    phone.evaluate(_ADD_CAPTIONS)
    expect(button(phone, "Captions")).to_be_visible()
    assert phone.evaluate(_CUT_OFF) == []
    button(phone, "Playback settings").click()
    expect(phone.get_by_label("Speed")).to_be_visible()
    assert phone.evaluate(_SMALL) == []


def test_without_scripts_the_browsers_controls_play_it(browser: Browser, pages: Server, watched: str) -> None:
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(watched)
        expect(page.locator("video[controls]")).to_be_visible()
        expect(page.locator(".player")).to_be_hidden()
        for name in ("Details", "Transcript", "Share a link"):
            expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_state_of_the_bar_has_a_barrier(
    browser: Browser, pages: Server, watched: str, scheme: Any, width: int
) -> None:
    with browser.new_context(
        base_url=pages.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        opened(page, watched)
        page.evaluate(_ADD_CAPTIONS)
        button(page, "Captions").click()
        button(page, "Mute").click()
        assert barriers(page) == []
        assert page.evaluate(_CUT_OFF) == []
        if width == 320:
            button(page, "Playback settings").click()
            assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_bar_is_there_in_forced_colours_and_without_motion(browser: Browser, pages: Server, watched: str) -> None:
    with browser.new_context(
        base_url=pages.url, forced_colors="active", reduced_motion="reduce", bypass_csp=True
    ) as context:
        page = context.new_page()
        opened(page, watched)
        assert page.evaluate("document.getAnimations().length") == 0
        assert barriers(page) == []
        expect(button(page, "Play")).not_to_have_css("border-top-style", "none")
