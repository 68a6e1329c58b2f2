"""The editor of captions in a browser: all of it by keys, kept as a draft, and never undone by somebody else."""

from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e.captions.conftest import DRAFT, TYPED, Made, address, fetched, opened, state, words
from tests.server import Server
from tests.shelf import HOSTILE, LOOKS, api, barriers, rarely

pytestmark = pytest.mark.browser


def times(page: Page) -> list[str]:
    """When they begin."""
    return page.locator(".cue-line .at").all_text_contents()


def test_the_menu_of_a_film_leads_to_it_and_back(page: Page, made: Made) -> None:
    video = made("By its menu")
    page.goto(video["links"]["page"])
    page.evaluate("() => { window.stayed = true; }")
    rarely(page, "Edit captions")
    expect(page.locator(".cue-line")).to_have_count(4)
    expect(page.get_by_role("heading", level=1)).to_have_text("Captions · English")
    page.get_by_role("link", name="Back to the video").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("By its menu")
    # Uploads go on meanwhile: no page was loaded anew.
    assert page.evaluate("() => window.stayed")


@pytest.mark.walk
def test_the_keyboard_alone_walks_writes_and_publishes(page: Page, pages: Server, made: Made) -> None:
    video = made("By keys alone")
    opened(page, video)
    state(page, "Made by a machine, not checked yet")
    press = page.keyboard.press
    line = page.locator(".cue-line[aria-current]")
    # The first thing to look at, from anywhere.
    press("F8")
    expect(line).to_be_focused()
    expect(line).to_contain_text("The second bolt")
    # Lines by arrows, the text by Tab or F2, and back by Escape.
    press("ArrowUp")
    expect(line).to_contain_text("grease")
    press("Control+,")
    expect(page.locator(".doubt")).to_have_count(0)
    press("F2")
    expect(page.get_by_label("Text")).to_be_focused()
    press("Control+Home")
    page.keyboard.type("Here: ")
    expect(line).to_contain_text("Here: You can see")
    press("Escape")
    expect(line).to_be_focused()
    press("End")
    expect(line).to_contain_text("So it stays")
    # Saved by a key, and published.
    press("Control+s")
    state(page, DRAFT)
    publish = page.get_by_role("button", name="Publish")
    for _ in range(60):
        press("Shift+Tab")
        if publish.evaluate("each => each === document.activeElement"):
            break
    press("Enter")
    state(page, "Published")
    assert "<v Ines>Here: You can see the grease line." in fetched(pages, video)
    assert api(pages, video).json()["captions"][0]["origin"] == "edited"


def test_times_are_set_nudged_and_typed_by_keys(page: Page, made: Made) -> None:
    opened(page, made("Times"))
    press = page.keyboard.press
    start = page.get_by_label("From", exact=True)
    page.locator(".cue-line").first.focus()
    page.evaluate("() => { document.querySelector('video').currentTime = 1.5; }")
    press("[")
    assert times(page)[0] == "0:01.5"
    press("Alt+ArrowLeft")
    assert times(page)[0] == "0:01.4"
    press("Alt+Shift+ArrowRight")
    expect(page.get_by_label("To", exact=True)).to_have_value("0:03.0")
    page.evaluate("() => { document.querySelector('video').currentTime = 2.5; }")
    press("]")
    expect(page.get_by_label("To", exact=True)).to_have_value("0:02.5")
    press("Tab")
    expect(start).to_be_focused()
    press("ArrowDown")
    expect(start).to_have_value("0:01.3")
    press("Shift+ArrowUp")
    # No further than the cue's own end.
    expect(start).to_have_value("0:02.3")
    press("Shift+ArrowDown")
    start.fill("0:00,5")
    press("Enter")
    assert times(page)[0] == "0:00.5"
    start.fill("soon")
    press("Enter")
    expect(start).to_have_value("0:00.5")
    expect(page.get_by_text("That is no time")).to_be_visible()
    # A cue that is moved behind others keeps what is done to it.
    start.fill("10")
    press("Enter")
    expect(page.locator(".cue-line").last).to_contain_text("grease")
    expect(page.locator("li.cue").last.get_by_label("Text")).to_be_visible()


def test_cues_are_split_merged_added_and_deleted_by_keys(page: Page, made: Made) -> None:
    opened(page, made("Cut"))
    press = page.keyboard.press
    text = page.get_by_label("Text")
    line = page.locator(".cue-line[aria-current]")
    page.locator(".cue-line").first.focus()
    press("F2")
    press("Control+End")
    for _ in "line.":
        press("ArrowLeft")
    press("Control+Enter")
    assert words(page)[:2] == ["Ines You can see the grease", "Ines line."]
    expect(text).to_be_focused()
    press("Escape")
    press("ArrowUp")
    press("Control+m")
    assert words(page)[0] == "Ines You can see the grease line."
    assert len(words(page)) == 4
    for _ in range(2):
        press("Control+z")
    press("Control+Shift+z")
    assert len(words(page)) == 5
    press("Control+z")
    assert len(words(page)) == 4
    # A new one, and one deleted.
    page.evaluate("() => { document.querySelector('video').currentTime = 15; }")
    page.locator(".cue-line[aria-current]").focus()
    press("n")
    expect(text).to_be_focused()
    page.keyboard.type("[a gull]")
    press("Escape")
    assert words(page)[-1] == "[a gull]"
    press("Delete")
    expect(line).to_contain_text("So it stays")
    expect(line).to_be_focused()


def test_warnings_come_as_one_writes_and_one_click_mends(page: Page, made: Made) -> None:
    opened(page, made("Live"))
    third = page.locator("li.cue").nth(2)
    third.get_by_role("button", name="Break the lines").click()
    expect(third.get_by_text("A line has")).to_have_count(0)
    assert (third.locator(".words").text_content() or "").count("\n") == 1
    fourth = page.locator("li.cue").nth(3)
    fourth.locator(".cue-line").click()
    expect(fourth.locator(".cue-warnings")).to_be_hidden()
    page.get_by_label("Text").fill("So it stays in service, and we look again at all of it in the month of March.")
    expect(fourth.get_by_role("button", name="Break the lines")).to_be_visible()
    # And by a key, wherever somebody writes.
    page.keyboard.press("Control+.")
    expect(fourth.get_by_role("button", name="Break the lines")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(fourth.get_by_role("button", name="Break the lines")).to_be_visible()


def test_the_film_shows_what_is_written_and_plays_one_cue(page: Page, made: Made) -> None:
    opened(page, made("Preview"))
    page.locator(".cue-line").nth(1).click()
    page.get_by_label("Text").fill("Quite & another <word>")
    active = """() => [...document.querySelector('video').textTracks].filter(({mode}) => mode === 'showing')
        .flatMap((track) => [...(track.activeCues ?? [])].map(({text}) => text))"""
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => ({active})().join() === '<v Ines>Quite &amp; another &lt;word&gt;'")
    # It stops where the cue ends.
    page.wait_for_function("() => document.querySelector('video').paused")
    stopped = page.evaluate("() => document.querySelector('video').currentTime")
    assert 4.2 <= stopped < 5


def test_a_draft_is_there_again_after_a_reload_and_nobody_else_sees_it(page: Page, pages: Server, made: Made) -> None:
    video = made("Kept")
    before = fetched(pages, video)
    opened(page, video)
    page.locator(".cue-line").first.click()
    page.get_by_label("Text").fill("Mine")
    state(page, DRAFT)
    page.reload()
    expect(page.locator(".cue-line").first).to_contain_text("Mine")
    expect(page.get_by_text("Your draft is back.")).to_be_visible()
    assert fetched(pages, video) == before
    # Thrown away, and brought back by undo.
    page.get_by_role("button", name="Discard draft").click()
    page.get_by_role("dialog").get_by_role("button", name="Discard draft").click()
    expect(page.locator(".cue-line").first).to_contain_text("grease")
    state(page, "Made by a machine, not checked yet")
    page.keyboard.press("Control+z")
    expect(page.locator(".cue-line").first).to_contain_text("Mine")
    state(page, DRAFT)


def test_going_elsewhere_at_once_keeps_the_last_letter(page: Page, made: Made) -> None:
    video = made("In a hurry")
    opened(page, video)
    page.locator(".cue-line").first.click()
    page.get_by_label("Text").fill("Last words")
    with page.expect_response(lambda answer: answer.request.method == "PUT") as saved:
        page.get_by_role("link", name="Back to the video").click()
    assert saved.value.ok
    expect(page.get_by_role("heading", level=1)).to_have_text("In a hurry")
    page.go_back()
    expect(page.locator(".cue-line").first).to_contain_text("Last words")


def test_looking_takes_the_mark_of_the_machine_away(page: Page, pages: Server, made: Made) -> None:
    video = made("Checked")
    opened(page, video)
    page.get_by_role("button", name="Mark as checked").click()
    state(page, "Published")
    assert api(pages, video).json()["captions"][0]["origin"] == "edited"


def test_a_language_is_begun_from_nothing(page: Page, pages: Server, made: Made) -> None:
    video = made("From nothing", words=None)
    page.goto(f"{video['links']['page']}/captions")
    page.get_by_text("Another language").click()
    page.get_by_label("Language (such as en or pt-BR)").fill("gsw")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Nothing is written yet.")).to_be_visible()
    state(page, "Nothing published yet")
    page.get_by_role("button", name="Cue here").click()
    page.get_by_label("Text").fill("Grüezi")
    page.get_by_role("combobox", name="Speaker").fill("Vreni")
    page.get_by_role("button", name="Cue here").click()
    state(page, DRAFT)
    page.get_by_role("button", name="Publish").click()
    # What says nothing is left out, once that is agreed to.
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    state(page, "Published")
    file = requests.get(f"{pages.url}{video['links']['self']}/captions/gsw", timeout=30)
    assert file.text == "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Vreni>Grüezi\n"


def test_words_are_found_and_replaced_in_all_cues(page: Page, made: Made) -> None:
    opened(page, made("Found"))
    page.keyboard.press("Control+f")
    form = page.get_by_role("search", name="Find and replace")
    form.get_by_label("Find", exact=True).fill("the")
    expect(form.locator("output")).to_have_text("0 of 5")
    page.keyboard.press("Enter")
    expect(form.locator("output")).to_have_text("1 of 5")
    page.keyboard.press("Enter")
    expect(page.locator(".cue-line[aria-current]")).to_contain_text("The second bolt")
    form.get_by_label("Replace with").fill(HOSTILE)
    form.get_by_role("button", name="Replace", exact=True).click()
    expect(form.locator("output")).to_have_text("2 of 4")
    form.get_by_label("Capitals matter").check()
    expect(form.locator("output")).to_have_text("0 of 3")
    form.get_by_role("button", name="Replace all").click()
    expect(form.locator("output")).to_have_text("3 places replaced")
    assert HOSTILE in words(page)[1]
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    expect(page.locator(".cue-line[aria-current]")).to_be_focused()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert words(page)[1] == "Ines The second bolt is the one to watch."


def test_hostile_words_are_words(page: Page, pages: Server, made: Made) -> None:
    video = made("Hostile", words=f"WEBVTT\n\n00:01.000 --> 00:04.000\n{HOSTILE}&lt;/script&gt;\n")
    opened(page, video, cues=1)
    page.locator(".cue-line").click()
    page.get_by_label("Text").fill(f"{HOSTILE} </script><script>document.title='taken'</script>")
    page.get_by_role("combobox", name="Speaker").fill("<img src=x onerror=document.title='taken'>")
    state(page, DRAFT)
    page.reload()
    expect(page.locator(".cue-line")).to_contain_text(HOSTILE)
    page.get_by_role("button", name="Publish").click()
    state(page, "Published")
    page.goto(video["links"]["page"])
    expect(page.get_by_text(HOSTILE).first).to_be_attached()
    assert page.title() != "taken"
    assert page.locator("img[src=x]").count() == 0


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_it_has_no_barrier(browser: Browser, pages: Server, made: Made, scheme: Any, width: int) -> None:
    video = made(f"Barriers {scheme} {width}")
    looks: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    with browser.new_context(base_url=pages.url, **looks) as context:
        page = opened(context.new_page(), video)
        assert barriers(page) == []
        page.keyboard.press("Control+f")
        page.locator(".cue-line").nth(2).click()
        page.get_by_label("Text").fill(
            "Too long for a line, and too fast to be read by anybody who wants to see the film."
        )
        expect(page.locator("li.cue").nth(2).get_by_role("button", name="Break the lines")).to_be_visible()
        state(page, DRAFT)
        requests.put(address(pages, video), data=b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", headers=TYPED, timeout=30)
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_role("alertdialog")).to_be_visible()
        page.locator(".conflict-list").evaluate("list => { list.parentElement.open = true; }")
        assert barriers(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


# What has the focus and lies under the film, unless it belongs to it.
_COVERED = """() => {
    const held = document.activeElement, { left, right, top, bottom } = held.getBoundingClientRect();
    const on = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return on?.closest("[data-stage]") && !held.closest("[data-stage]") ? [held.outerHTML.slice(0, 90)] : [];
}"""


def test_on_a_telephone_the_film_stays_in_sight_and_covers_nothing_that_has_the_focus(page: Page, made: Made) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, made("In the hand"))
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    expect(page.locator("video")).to_be_in_viewport(ratio=0.9)
    covered = []
    page.get_by_text("Another language").focus()
    for _ in range(14):
        page.keyboard.press("Shift+Tab")
        covered += page.evaluate(_COVERED)
    for _ in range(4):
        page.keyboard.press("F8")
        covered += page.evaluate(_COVERED)
    assert covered == []


def test_without_scripts_it_leads_to_the_form(browser: Browser, pages: Server, made: Made) -> None:
    video = made("Without scripts")
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{video['links']['page']}/captions?lang=de")
        expect(page.get_by_text("Writing cues needs scripts")).to_be_visible()
        expect(page.locator(".cue-list")).to_be_hidden()
        page.locator(".editor-languages").get_by_role("link", name="en", exact=True).click()
        expect(page).to_have_url(f"{pages.url}{video['links']['page']}/captions?lang=en&kind=captions")
        page.get_by_role("link", name="Add captions").click()
        expect(page.locator(".bring-words")).to_be_visible()
