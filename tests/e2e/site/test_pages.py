"""The pages in a real browser: without scripts, and what holds for all of them."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.dripping import dripping
from tests.server import Server, eventually, running_server
from tests.shelf import HOSTILE, LOOKS, SHIFTS, api, barriers, rarely, stored

pytestmark = pytest.mark.browser


@pytest.mark.walk
def test_without_scripts_a_form_uploads_and_the_list_leads_to_the_video(
    browser: Browser, pages: Server, film: Path
) -> None:
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_label("Videos", exact=True).set_input_files(film)
        page.locator("#upload-form").get_by_role("button", name="Upload").click()
        page.get_by_role("searchbox").fill("holi")
        page.get_by_role("searchbox").press("Enter")
        page.get_by_role("link", name="holiday film").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("holiday film")
        expect(page.locator("video")).to_have_attribute("src", re.compile("^/api/videos/.+/content$"))


def test_without_scripts_forms_edit_delete_and_restore(browser: Browser, pages: Server, film: Path) -> None:
    video = stored(pages, film, title="By forms alone")
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(video["links"]["page"])
        page.locator(".edit summary").click()
        page.locator(".edit").get_by_label("Title").fill("Edited by a form")
        page.get_by_role("textbox", name="Tags").fill("one, two,")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Edited by a form")
        assert api(pages, video).json()["tags"] == ["one", "two"]
        rarely(page, "Delete")
        expect(page).to_have_url(f"{pages.url}/trash")
        assert api(pages, video).status_code == 404
        page.get_by_role("button", name="Restore Edited by a form").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Edited by a form")
        assert api(pages, video).status_code == 200


@pytest.mark.parametrize(("fields", "status"), [({}, 400), ({"action": "burn"}, 400), ({"action": "edit"}, 400)])
def test_a_form_that_says_nothing_changes_nothing(
    pages: Server, film: Path, fields: dict[str, str], status: int
) -> None:
    video = stored(pages, film, title="Left as it is")
    answer = requests.post(pages.url + video["links"]["page"], data=fields, timeout=30)
    assert answer.status_code == status
    assert api(pages, video).json() == video


def test_a_form_that_is_too_large_is_refused(pages: Server, film: Path) -> None:
    video = stored(pages, film, title="No room")
    fields = {"action": "edit", "title": "x" * 100_000}
    assert requests.post(pages.url + video["links"]["page"], data=fields, timeout=30).status_code == 413


def test_a_hostile_title_is_text_everywhere(page: Page, pages: Server, film: Path) -> None:
    video = stored(pages, film, title=HOSTILE, tags=("<b>tag",))
    page.goto("/")
    page.get_by_role("link", name=HOSTILE).click()
    expect(page).to_have_title(f"{HOSTILE} · Reelgate")
    page.get_by_text("Edit details").click()
    page.get_by_role("textbox", name="Tags").fill("<i>other, <b>tag")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".chips")).to_have_text("<i>other<b>tag")
    page.goto(f"/?q={'%3Cimg'}")
    page.get_by_label(f"Select {HOSTILE}").check(force=True)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".toast")).to_contain_text(HOSTILE)
    page.goto("/trash")
    page.get_by_role("button", name=f"Restore {HOSTILE}").click()
    eventually(lambda: api(pages, video).status_code == 200)
    expect(page.locator(".toast")).to_contain_text(HOSTILE)
    assert page.locator("main img[src=x], main b, main i:not(.card *)").count() == 0


@pytest.mark.walk
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_page_has_a_barrier_that_axe_finds(
    browser: Browser, pages: Server, film: Path, scheme: Any, width: int
) -> None:
    long = "A film with a long name that has to wrap somewhere, Donaudampfschifffahrt"
    video = stored(pages, film, title=long, tags=("a tag",))
    gone = stored(pages, film, title="Gone")
    requests.delete(pages.url + gone["links"]["self"], timeout=30)
    with browser.new_context(
        base_url=pages.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        for address in ("/", "/?q=nothing", "/?tag=a+tag", "/trash", video["links"]["page"], "/videos/unknown"):
            page.goto(address)
            assert barriers(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_no_state_of_a_page_has_a_barrier_that_axe_finds(
    browser: Browser, pages: Server, film: Path, scheme: Any, width: int
) -> None:
    video = stored(pages, film, title="In every state", tags=("a tag",))
    with browser.new_context(
        base_url=pages.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()

        def check(state: str) -> None:
            # What moves in takes a moment to have its colours.
            page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")
            assert barriers(page) == [], state
            assert page.evaluate("document.documentElement.scrollWidth") <= width, state

        page.goto("/")
        page.locator(".still img").first.wait_for()
        check("stills")
        page.get_by_role("button", name="Settings").click()
        check("settings")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        check("keys")
        page.keyboard.press("Escape")
        page.locator("[data-act=card-menu]").first.click()
        check("menu")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="List", exact=True).click()
        check("list")
        page.locator(".pick input").first.check(force=True)
        check("selection")
        page.get_by_role("button", name="Add tags").click()
        check("tags")
        page.keyboard.press("Escape")
        page.goto(video["links"]["page"])
        page.locator("summary", has_text="Edit details").click()
        page.get_by_role("link", name="Share", exact=True).click()
        page.get_by_role("button", name="Create link").click()
        page.locator(".made input").wait_for()
        check("editing and sharing")
        page.get_by_role("button", name="More actions").click()
        check("actions")
        page.get_by_role("menuitem", name="Copy link", exact=True).click()
        page.locator(".toast").wait_for()
        check("toast")


def test_what_people_have_set_in_their_system_is_respected(browser: Browser, pages: Server, film: Path) -> None:
    video = stored(pages, film, title="As you like it", tags=("a tag",))
    with browser.new_context(
        base_url=pages.url, forced_colors="active", reduced_motion="reduce", contrast="more", bypass_csp=True
    ) as context:
        page = context.new_page()
        for address in ("/", video["links"]["page"]):
            page.goto(address)
            page.keyboard.press("?")
            assert page.evaluate("document.getAnimations().length") == 0
            assert barriers(page) == [], address


def test_what_is_pressed_is_large_enough_and_wide_text_has_room(browser: Browser, pages: Server, film: Path) -> None:
    video = stored(pages, film, title="Room for fingers and eyes", tags=("a tag",))
    # Two lie beside each other.
    for title in ("Room in the trash", "Room beside it"):
        removed = stored(pages, film, title=title)
        requests.delete(pages.url + removed["links"]["self"], timeout=30).raise_for_status()
    # The link of a card covers the card.
    small = """() => [...document.querySelectorAll("a, button, select, summary, input")]
        .filter((each) => each.checkVisibility() && !each.closest("p, .skip"))
        .map((each) => [each.closest("label.pick, h2")?.closest(".pick, .card") ?? each, each.outerHTML.slice(0, 90)])
        .map(([target, html]) => [target.getBoundingClientRect(), html])
        .filter(([box]) => box.width > 1 && (box.width < 24 || box.height < 24)).map(([, html]) => html)"""
    spacing = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
    with browser.new_context(base_url=pages.url, viewport={"width": 320, "height": 700}, bypass_csp=True) as context:
        context.add_init_script("localStorage.setItem('reelgate.density', '1')")
        page = context.new_page()
        for address in ("/", video["links"]["page"], "/trash"):
            page.goto(address)
            assert page.evaluate(small) == [], address
            page.add_style_tag(content=spacing)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_nothing_moves_while_a_page_comes_together(page: Page, pages: Server, film: Path) -> None:
    video = stored(pages, film, title="Steady")
    for address, settled in (("/", ".still img"), (video["links"]["page"], "[data-fact=length]:has-text(':')")):
        page.goto(address)
        page.locator(settled).first.wait_for()
        assert page.evaluate(SHIFTS) == [], address


def test_nothing_moves_when_a_page_arrives_in_pieces(browser: Browser, pages: Server, film: Path) -> None:
    video = stored(pages, film, title="Steady in pieces")
    with dripping(pages.url) as slow, browser.new_context(base_url=slow) as context:
        page = context.new_page()
        for address in ("/", video["links"]["page"], "/trash"):
            page.goto(address)
            assert page.evaluate(SHIFTS) == [], address


def test_the_list_says_when_it_cannot_be_read(azurite: str, browser: Browser) -> None:
    with (
        running_server(azurite, database_url="sqlite:////dev/null/index.db") as server,
        browser.new_context(base_url=server.url) as context,
    ):
        page = context.new_page()
        page.goto("/")
        expect(page.get_by_role("heading", name="The list is unavailable right now")).to_be_visible()
        expect(page.get_by_role("link", name="Try again")).to_be_visible()
        page.get_by_role("link", name="Upload").click()
        expect(page.locator("#upload-form")).to_be_visible()


def test_pages_are_private_small_and_guarded(pages: Server, film: Path) -> None:
    for number in range(51):
        stored(pages, film, title=f"Film {number}")
    answer = requests.get(pages.url, timeout=30)
    assert answer.text.count('class="card"') == 50
    assert 'rel="next"' in answer.text
    assert len(gzip.compress(answer.content)) <= 30_000
    assert '<meta name="robots" content="noindex">' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_text_is_compressed_where_that_tells_nothing(pages: Server, film: Path) -> None:
    stored(pages, film, title="Long enough to be worth it")
    whole, plain = {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "identity"}
    home = requests.get(pages.url, headers=whole, timeout=30)
    assert home.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in home.headers["Vary"]
    assert "Content-Encoding" not in requests.get(pages.url, headers=plain, timeout=30).headers
    # Who makes somebody's browser search could tell from the length what else is on the page.
    assert "Content-Encoding" not in requests.get(f"{pages.url}/?q=worth", headers=whole, timeout=30).headers
    [script] = re.findall(r'src="(/static/[^"]+/js/main\.js)"', home.text)
    one, other = (requests.get(pages.url + script, headers=each, timeout=30) for each in (whole, plain))
    assert (one.headers.get("Content-Encoding"), other.headers.get("Content-Encoding")) == ("gzip", None)
    assert one.text == other.text != ""
    assert requests.get(f"{pages.url}/static/{script.split('/')[2]}/../app.py", timeout=30).status_code == 404


def test_assets_may_be_kept_for_ever_and_old_addresses_lead_to_new_ones(pages: Server) -> None:
    found = re.search(r'href="(/static/[^"]+/css/site/page\.css)"', requests.get(pages.url, timeout=30).text)
    assert found
    assert "immutable" in requests.get(pages.url + found[1], timeout=30).headers["Cache-Control"]
    old = requests.get(f"{pages.url}/static/0123456789abcdef/css/site/page.css", timeout=30)
    assert old.url == pages.url + found[1]
    assert requests.get(f"{pages.url}/static/css/site/page.css", timeout=30).status_code == 200
