"""The page of one video in a real browser."""

import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.films import write_film, write_film_with_sound
from tests.server import Server
from tests.shelf import api, barriers, choosing, rarely, stored

pytestmark = pytest.mark.browser

# Where an element begins and ends, from the top.
EDGES = """(selector) => {
    const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
    return [Math.round(top), Math.round(bottom)];
}"""


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film that is worth remembering one's place in."""
    path = tmp_path_factory.mktemp("films") / "long.mp4"
    write_film(path, seconds=90)
    return path


def opened(page: Page, server: Server, film: Path, *, title: str, at: str = "") -> dict[str, object]:
    """Store a film and open its page."""
    video = stored(server, film, title=title)
    page.goto(video["links"]["page"] + at)
    expect(page.locator("[data-fact=length]")).to_contain_text(":")
    return video


@pytest.mark.parametrize(("at", "second"), [("#t=12", 12), ("#t=0:11", 11), ("#t=0m10s", 10), ("#t=nonsense", 0)])
def test_a_link_with_a_time_begins_there(page: Page, pages: Server, film: Path, at: str, second: int) -> None:
    opened(page, pages, film, title="At a time", at=at)
    expect(page.locator("video")).to_have_js_property("currentTime", second)


def choose_captions(page: Page, file: Path) -> None:
    """Choose it in the menu and answer its chooser."""
    with page.expect_file_chooser() as chooser:
        rarely(page, "Captions from a file")
    # While it is nowhere in the document, the browser may throw away what the file is to be put into.
    expect(page.locator("body > input[type=file]")).to_have_count(1)
    chooser.value.set_files(file)
    expect(page.locator("body > input[type=file]")).to_have_count(0)


def test_captions_come_from_a_file_and_answer_a_key(page: Page, pages: Server, film: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.srt"
    words.write_text("1\n00:00:00,000 --> 00:00:15,000\n<img src=x onerror=alert(1)> spoken\n", encoding="utf-8")
    opened(page, pages, film, title="Spoken")
    choose_captions(page, words)
    shown = "() => [...document.querySelector('video').textTracks].map(({ mode, cues }) => [mode, cues?.[0]?.text])"
    page.wait_for_function(f"() => ({shown})()[0]?.[0] === 'showing'")
    assert page.evaluate(shown) == [["showing", "<img src=x onerror=alert(1)> spoken"]]
    page.keyboard.press("c")
    assert page.evaluate(shown)[0][0] == "hidden"
    expect(page.locator(".said")).to_have_text("Captions off")
    page.keyboard.press("c")
    assert page.evaluate(shown)[0][0] == "showing"


def test_a_file_without_captions_is_named(page: Page, pages: Server, film: Path, tmp_path: Path) -> None:
    words = tmp_path / "minutes.vtt"
    words.write_text("Nothing was said.")
    opened(page, pages, film, title="Silent")
    choose_captions(page, words)
    expect(page.locator(".toast")).to_contain_text("No captions were found in minutes.vtt")


def test_watching_goes_on_where_it_stopped(page: Page, pages: Server, long_film: Path) -> None:
    opened(page, pages, long_film, title="To be continued")
    page.evaluate("document.querySelector('video').currentTime = 40")
    expect(page.locator("[data-act=copy-time]")).to_have_text("Copy link at 0:40")
    page.reload()
    expect(page.locator("video")).to_have_js_property("currentTime", 40)
    expect(page.locator(".said")).to_have_text("Resumed at 0:40")
    page.evaluate("document.querySelector('video').currentTime = 89")
    expect(page.locator("[data-act=copy-time]")).to_have_text("Copy link at 1:29")
    page.reload()
    expect(page.locator("[data-fact=length]")).to_have_text("1:30")
    expect(page.locator("video")).to_have_js_property("currentTime", 0)


def test_keys_play_seek_silence_and_change_the_speed(page: Page, pages: Server, long_film: Path) -> None:
    opened(page, pages, long_film, title="By keys")
    player = page.locator("video")
    page.keyboard.press("l")
    page.keyboard.press("l")
    expect(player).to_have_js_property("currentTime", 20)
    page.keyboard.press("j")
    expect(player).to_have_js_property("currentTime", 10)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(player).to_have_js_property("currentTime", 15)
    page.keyboard.press("m")
    expect(player).to_have_js_property("muted", True)
    page.keyboard.press("Shift+>")
    expect(player).to_have_js_property("playbackRate", 1.25)
    page.keyboard.press("Space")
    expect(player).to_have_js_property("paused", False)
    page.keyboard.press("k")
    expect(player).to_have_js_property("paused", True)
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")


@pytest.mark.walk
def test_the_keyboard_alone_leads_to_a_video_and_plays_it(page: Page, pages: Server, film: Path) -> None:
    stored(pages, film, title="No mouse at hand")
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("no mouse")
    # The library may hold this film alone: the heading says that the search has been answered.
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “no mouse”")
    expect(page.locator(".card h2")).to_have_text(["No mouse at hand"])
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.card a')"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("video")).to_have_js_property("paused", False)


def test_keys_belong_to_a_field_while_it_has_the_focus(page: Page, pages: Server, film: Path) -> None:
    opened(page, pages, film, title="Typing")
    page.get_by_text("Edit details").click()
    page.get_by_role("textbox", name="Title").press_sequentially("jkl m")
    expect(page.get_by_role("textbox", name="Title")).to_have_value("jkl m")
    expect(page.locator("video")).to_have_js_property("currentTime", 0)
    expect(page.locator("video")).to_have_js_property("paused", True)


def test_space_on_a_button_presses_the_button(page: Page, pages: Server, film: Path) -> None:
    opened(page, pages, film, title="Space")
    page.get_by_role("button", name="More actions").press("Space")
    page.get_by_role("menuitem", name="Copy link", exact=True).press("Space")
    expect(page.locator(".toast")).to_contain_text("Link copied")
    expect(page.locator("video")).to_have_js_property("paused", True)


def test_the_speed_is_remembered_for_all_videos(page: Page, pages: Server, film: Path) -> None:
    opened(page, pages, film, title="Fast")
    choosing(page)
    page.get_by_label("Speed").select_option("1.5")
    expect(page.locator("video")).to_have_js_property("playbackRate", 1.5)
    opened(page, pages, film, title="Fast too")
    expect(page.locator("video")).to_have_js_property("playbackRate", 1.5)
    expect(page.get_by_label("Speed")).to_have_value("1.5")


@pytest.mark.walk
def test_title_and_tags_are_edited_in_place(page: Page, pages: Server, film: Path) -> None:
    video = opened(page, pages, film, title="Edit me")
    page.evaluate("window.same = true")
    page.get_by_text("Edit details").click()
    expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    page.keyboard.type("Edited")
    page.get_by_role("textbox", name="Tags").fill("one, two")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edited")
    expect(page.locator(".chips .chip")).to_have_text(["one", "two"])
    expect(page).to_have_title("Edited · Reelgate")
    expect(page.locator(".edit summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Title").fill("Never mind")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edited")
    page.get_by_text("Edit details").click()
    expect(page.get_by_role("textbox", name="Title")).to_have_value("Edited")
    assert page.evaluate("window.same") is True
    assert api(pages, video).json()["tags"] == ["one", "two"]


def test_an_easy_description_is_folded_away_as_soon_as_it_is_written(page: Page, pages: Server, film: Path) -> None:
    opened(page, pages, film, title="With easy words")
    expect(page.locator(".other-words")).to_be_hidden()
    page.get_by_text("Edit details").click()
    page.get_by_role("textbox", name="Description").fill("A treatise.")
    page.get_by_role("textbox", name="In easy words").fill("How ships find their way.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".description")).to_have_text("A treatise.")
    page.locator(".other-words summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".other-description")).to_be_visible()
    expect(page.locator(".other-description")).to_have_text("How ships find their way.")
    assert barriers(page) == []


def test_a_description_is_written_and_shown_as_it_stands(page: Page, pages: Server, film: Path) -> None:
    video = opened(page, pages, film, title="With words")
    expect(page.locator(".description")).to_be_hidden()
    page.get_by_text("Edit details").click()
    page.get_by_role("textbox", name="Description").fill("First <b>line</b>\n\nThird line")
    page.get_by_role("textbox", name="Language").fill("pt-BR")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".description")).to_have_text("First <b>line</b>\n\nThird line", use_inner_text=True)
    expect(page.locator(".description")).to_have_attribute("lang", "pt-BR")
    page.reload()
    expect(page.locator(".description")).to_contain_text("Third line")
    page.get_by_text("Edit details").click()
    expect(page.get_by_role("textbox", name="Description")).to_have_value("First <b>line</b>\n\nThird line")
    page.get_by_role("textbox", name="Description").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".description")).to_be_hidden()
    assert api(pages, video).json()["description"] == ""


def test_an_edit_does_not_undo_what_somebody_else_has_changed(page: Page, pages: Server, film: Path) -> None:
    video = opened(page, pages, film, title="Ours")
    link = pages.url + str(api(pages, video).json()["links"]["self"])
    requests.patch(link, json={"title": "Theirs"}, timeout=30).raise_for_status()
    page.get_by_text("Edit details").click()
    page.get_by_role("textbox", name="Title").fill("Ours again")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Somebody else has changed this video")
    expect(page.get_by_role("textbox", name="Title")).to_have_value("Ours again")
    assert api(pages, video).json()["title"] == "Theirs"


def test_a_deleted_video_comes_back_by_undo_in_the_library(page: Page, pages: Server, film: Path) -> None:
    video = opened(page, pages, film, title="Back by undo")
    rarely(page, "Delete")
    expect(page).to_have_url(f"{pages.url}/")
    expect(page.get_by_role("link", name="Back by undo")).to_have_count(0)
    assert api(pages, video).status_code == 404
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Back by undo")).to_be_visible()
    assert api(pages, video).status_code == 200


def test_a_link_that_works_without_us_is_made_for_a_chosen_time(page: Page, pages: Server, film: Path) -> None:
    opened(page, pages, film, title="Share me")
    page.get_by_role("link", name="Share", exact=True).click()
    page.get_by_label("Works for").select_option("1 hour")
    page.get_by_role("button", name="Create link").click()
    expect(page.locator(".until")).to_contain_text("Works until")
    url = page.get_by_label("Link", exact=True).input_value()
    assert requests.get(url, timeout=30).content == film.read_bytes()
    page.locator(".made").get_by_role("button", name="Copy").click()
    expect(page.locator(".toast")).to_contain_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == url


def test_links_and_details_can_be_copied(page: Page, pages: Server, film: Path) -> None:
    video = opened(page, pages, film, title="Copy me", at="#t=7")
    rarely(page, "Copy link at 0:07")
    expect(page.locator(".toast")).to_contain_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.get_by_role("button", name="Copy: SHA-256").click()
    expect(page.locator(".toast")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == video["sha256"]
    expect(page.locator("[data-fact=picture]")).to_have_text(re.compile("320 . 240"))


def test_what_this_browser_cannot_play_can_be_downloaded(page: Page, pages: Server, tmp_path: Path) -> None:
    strange = tmp_path / "strange.mp4"
    write_film(strange, seconds=2, codec="mpeg4")
    video = stored(pages, strange, title="Strange", processed=False)
    page.goto(video["links"]["page"])
    expect(page.get_by_role("heading", name="This browser cannot play this format")).to_be_visible()
    with page.expect_download() as download:
        page.locator(".unplayable").get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes() == strange.read_bytes()


def test_what_cannot_be_played_offers_nothing_that_cannot_help(page: Page, pages: Server, tmp_path: Path) -> None:
    strange = tmp_path / "no help.mp4"
    write_film(strange, seconds=2, codec="mpeg4")
    page.goto(stored(pages, strange, title="No help", processed=False)["links"]["page"])
    expect(page.locator(".unplayable")).to_be_visible()
    offers_only_what_helps(page)


def offers_only_what_helps(page: Page) -> None:
    """See that nothing is offered for a film that this browser does not show, but what works."""
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    expect(page.get_by_label("Speed")).to_be_hidden()
    page.get_by_role("button", name="More actions").click()
    for name in ("Captions from a file", re.compile("Copy link at")):
        expect(page.get_by_role("menuitem", name=name)).to_have_count(0)
    expect(page.get_by_role("menuitem", name="Copy link", exact=True)).to_be_visible()
    page.keyboard.press("Escape")


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [
        ("phone.mp4", "libx265", "yuv420p"),
        ("phone.mkv", "libx265", "yuv420p"),
        ("camera.mov", "prores_ks", "yuv422p10le"),
        ("old.mp4", "mpeg4", "yuv420p"),
    ],
)
def test_a_film_of_which_only_the_sound_plays_says_so(
    page: Page, pages: Server, tmp_path: Path, name: str, codec: str, pixels: str
) -> None:
    film = tmp_path / name
    write_film_with_sound(film, seconds=3, codec=codec, pixels=pixels)
    page.goto(stored(pages, film, title=f"Heard {name}", processed=False)["links"]["page"])
    expect(page.get_by_role("heading", name="This browser plays only the sound")).to_be_visible()
    offers_only_what_helps(page)
    expect(page.locator(".unplayable").get_by_role("link", name="Download")).to_be_visible()
    for width in (1280, 390):
        # What can be heard can still be played: its controls are all there, below the words.
        page.set_viewport_size({"width": width, "height": 800})
        stage, words, player = (page.evaluate(EDGES, each) for each in (".stage", ".unplayable", ".stage video"))
        assert stage[0] <= words[0] < words[1] <= player[0] < player[1] <= stage[1]
    page.goto("/")
    card = page.locator(".card", has_text=f"Heard {name}")
    expect(card.locator(".length")).to_have_text("0:03")
    expect(card.locator("img")).to_have_count(0)


def test_a_film_with_picture_and_sound_needs_no_word(page: Page, pages: Server, tmp_path: Path) -> None:
    film = tmp_path / "both.mp4"
    write_film_with_sound(film, seconds=3, codec="libx264")
    opened(page, pages, film, title="Seen and heard")
    expect(page.locator("[data-fact=picture]")).to_have_text(re.compile("320 . 240"))
    expect(page.locator(".unplayable")).to_be_hidden()


def test_a_video_that_cannot_be_read_says_why(page: Page, pages: Server, film: Path) -> None:
    video = stored(pages, film, title="Away")
    problem = '{"detail": "Storage cannot be reached."}'
    page.route(
        re.compile("/content$"),
        lambda route: route.fulfill(status=503, json=None, body=problem, content_type="application/problem+json"),
    )
    page.goto(video["links"]["page"])
    expect(page.get_by_role("heading", name="The video cannot be played right now")).to_be_visible()
    expect(page.locator(".unplayable")).to_contain_text("Storage cannot be reached.")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
