"""Preferences in a browser: by a plain form and at once, on the first paint, and without a barrier in any of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.server import Server, eventually, running_server
from tests.shelf import barriers, stored
from utils.accents import ACCENTS

pytestmark = pytest.mark.browser

ENHANCED = "async () => (await axe.run({ runOnly: ['color-contrast-enhanced'], rules: {} })).violations.length"
BUTTON = "getComputedStyle(document.querySelector('#preferences .button.primary')).backgroundColor"
ACCENT = """() => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = "var(--accent)";
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
}"""
"""The accent of the page, and the colour of what has it."""
CHOICES: list[dict[str, str]] = [
    *({"visual_density": str(level)} for level in (1, 2, 4, 5)),
    *({"spacing": str(level)} for level in (1, 5)),
    *({"reading_level": level} for level in ("1", "5")),
    *({"color_contrast": "high"}, {"language": "de"}, {"everything": "1", "motion_sensitivity": "on"}),
    *({"caption_size": "5", "caption_colors": each} for each in ("dark-on-light", "yellow-on-black", "outlined")),
]
LOOKS = [("light", 320), ("dark", 1440), ("dark", 320), ("light", 1440)]


@pytest.fixture(scope="module")
def pages(azurite: str, film: Path) -> Iterator[Server]:
    """A server with one film."""
    with running_server(azurite) as running:
        stored(running, film, title="The only one", tags=("a tag",))
        yield running


@pytest.fixture
def watch(pages: Server) -> str:
    """The address of its page."""
    video = requests.get(f"{pages.url}/api/videos", timeout=30).json()["videos"][0]
    return str(video["links"]["page"])


def choose(page: Page, said: dict[str, str]) -> None:
    """Prefer it, as a form without scripts does."""
    page.request.post("/preferences", form=dict(said))


def look_for_barriers(browser: Browser, pages: Server, watch: str, said: dict[str, str], look: tuple[Any, int]) -> None:
    scheme, width = look
    size: Any = {"width": width, "height": 900}
    with browser.new_context(base_url=pages.url, color_scheme=scheme, viewport=size, bypass_csp=True) as context:
        page = context.new_page()
        choose(page, said)
        for address in ("/", watch, "/preferences"):
            page.goto(address)
            assert barriers(page) == [], (said, address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (said, address)
            if said.get("color_contrast") == "high":
                assert page.evaluate(ENHANCED) == 0, address


@pytest.mark.parametrize("look", LOOKS[:2], ids=str)
def test_the_least_in_high_contrast_has_no_barrier(
    browser: Browser, pages: Server, watch: str, look: tuple[Any, int]
) -> None:
    said = {"visual_density": "1", "color_contrast": "high", "reading_level": "1", "spacing": "5"}
    look_for_barriers(browser, pages, watch, said, look)


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("said", CHOICES, ids=str)
def test_no_preference_has_a_barrier_that_axe_finds(
    browser: Browser, pages: Server, watch: str, said: dict[str, str], look: tuple[Any, int]
) -> None:
    look_for_barriers(browser, pages, watch, said, look)


def test_without_scripts_a_form_keeps_everything_and_takes_it_back(browser: Browser, pages: Server) -> None:
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/preferences")
        page.get_by_role("radio", name="1, only essentials").check(force=True)
        page.get_by_label("Preferred sign language").select_option("gsg")
        page.get_by_label("Captions are always on").check()
        page.get_by_role("button", name="Save preferences").click()
        expect(page).to_have_url(f"{pages.url}/preferences")
        expect(page.locator("html")).to_have_attribute("data-visual-density", "1")
        expect(page.get_by_label("Preferred sign language")).to_have_value("gsg")
        page.goto("/")
        expect(page.locator(".card h2")).to_have_text("The only one")
        expect(page.locator(".count")).to_have_count(0)
        page.goto("/preferences")
        page.get_by_role("button", name="Back to the standard").click()
        expect(page.locator("html:not([data-visual-density])")).to_have_count(1)


@pytest.mark.walk
def test_with_scripts_a_choice_holds_at_once_and_on_the_next_page(browser: Browser, pages: Server) -> None:
    with browser.new_context(base_url=pages.url) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name="Settings").click()
        page.get_by_role("link", name="All preferences").click()
        size = "parseFloat(getComputedStyle(document.querySelector('.caption-preview span')).fontSize)"
        before = page.evaluate(size)
        page.get_by_role("radio", name="5, very large").check(force=True)
        expect(page.locator("#preferences-said")).to_have_text("Saved.")
        assert page.evaluate(size) > 1.5 * before
        page.get_by_role("radio", name="1, very easy").check(force=True)
        expect(page.locator(".example")).to_contain_text("The sentences are short.")
        expect(page.locator("html")).to_have_attribute("data-caption-size", "5")
        page.get_by_role("radio", name="1, only essentials").check(force=True)
        expect(page.locator(".shows li:not(.fine)")).to_have_count(0)
        # The list was kept in memory as it looked before.
        page.get_by_role("link", name="Library").first.click()
        expect(page.locator(".card h2")).to_have_text("The only one")
        expect(page.locator(".count")).to_have_count(0)


def test_what_was_kept_as_density_becomes_the_spacing_once(browser: Browser, pages: Server) -> None:
    with browser.new_context(base_url=pages.url) as context:
        page = context.new_page()
        # Before any script of ours, and once.
        page.add_init_script("""
            if (!sessionStorage.getItem("been here")) localStorage.setItem("reelgate.density", "1");
            sessionStorage.setItem("been here", "yes");
        """)
        page.goto("/")
        eventually(lambda: page.evaluate("localStorage.getItem('reelgate.density')") is None, patience=30)
        expect(page.locator("html")).to_have_attribute("data-spacing", "1")
        said = page.request.get("/api/auth/user").json()["preferences"]
        assert (said["spacing"], said["visual_density"]) == (1, 3)


def test_a_choice_stays_on_a_page_that_was_asked_for_before_the_server_took_it(browser: Browser, pages: Server) -> None:
    with browser.new_context(base_url=pages.url, color_scheme="light") as context:
        page = context.new_page()
        page.goto("/")
        before = page.content()
        page.get_by_role("button", name="Settings").click()
        with page.expect_response("**/preferences"):
            page.get_by_label("Dark").check(force=True)
        page.route("**/", lambda route: route.fulfill(body=before, content_type="text/html"), times=1)
        page.reload()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_look_is_in_the_first_byte_and_nothing_moves(browser: Browser, pages: Server) -> None:
    """What the server sends is what is painted: no script changes an attribute of the look."""
    with browser.new_context(base_url=pages.url) as context:
        page = context.new_page()
        choose(page, {"theme": "dark", "spacing": "5", "visual_density": "4", "color_contrast": "high"})
        sent = page.request.get("/").text().partition("<head>")[0]
        page.goto("/")
        for name in ("theme", "spacing", "visual-density", "contrast"):
            value = page.locator("html").get_attribute(f"data-{name}")
            assert f'data-{name}="{value}"' in sent


def test_two_people_behind_one_proxy_each_get_their_own_page(browser: Browser, pages: Server) -> None:
    """A proxy may keep what says nothing against it; what Reelgate sends says that it may not."""
    with browser.new_context(base_url=pages.url) as one, browser.new_context(base_url=pages.url) as other:
        first, second = one.new_page(), other.new_page()
        choose(first, {"visual_density": "1", "language": "de"})
        for page, density in ((first, "1"), (second, None), (first, "1")):
            answer = page.goto("/")
            assert answer is not None
            assert "private" in answer.headers["cache-control"]
            assert page.locator("html").get_attribute("data-visual-density") == density


@pytest.mark.parametrize("look", LOOKS[:2], ids=str)
def test_every_accent_can_be_read(browser: Browser, pages: Server, look: tuple[Any, int]) -> None:
    scheme, width = look
    size: Any = {"width": width, "height": 900}
    with browser.new_context(base_url=pages.url, color_scheme=scheme, viewport=size, bypass_csp=True) as context:
        page = context.new_page()
        for accent in (*ACCENTS, "#ffff00", "#000033"):
            choose(page, {"accent": accent})
            page.goto("/preferences")
            assert barriers(page) == [], accent
            assert page.evaluate("document.documentElement.scrollWidth") <= width, accent
            assert page.evaluate(ACCENT) == page.evaluate(BUTTON), accent
        choose(page, {"accent": "#ffff00", "color_contrast": "high"})
        page.goto("/preferences")
        assert barriers(page) == []
        assert page.evaluate(ENHANCED) == 0


def test_an_accent_holds_at_once_with_scripts_and_without(browser: Browser, pages: Server) -> None:
    with browser.new_context(base_url=pages.url) as context:
        page = context.new_page()
        page.goto("/preferences")
        usual = page.evaluate(BUTTON)
        page.get_by_role("radio", name="Violet").check(force=True)
        expect(page.locator("#preferences-said")).to_have_text("Saved.")
        expect(page.locator("#accent")).to_have_count(1)
        page.wait_for_function(f"usual => ({BUTTON}) !== usual", arg=usual)
        page.get_by_label("My own colour").fill("#ff8800")
        expect(page.get_by_role("radio", name="My own")).to_be_checked()
        expect(page.locator("#accent")).to_have_attribute("href", re.compile("/accents/ff8800-"))
        page.get_by_role("radio", name="Teal").check(force=True)
        expect(page.locator("#accent")).to_have_count(0)
        page.wait_for_function(f"usual => ({BUTTON}) === usual", arg=usual)
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/preferences")
        page.get_by_role("radio", name="My own").check(force=True)
        page.get_by_label("My own colour").fill("#123456")
        page.get_by_role("button", name="Save preferences").click()
        expect(page.locator("#accent")).to_have_attribute("href", re.compile("/accents/123456-"))
        expect(page.get_by_label("My own colour")).to_have_value("#123456")
