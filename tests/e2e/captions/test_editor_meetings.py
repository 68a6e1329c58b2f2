"""Two people at the captions of one film, and one person in two windows: nobody undoes what another has written."""

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.e2e.captions.conftest import DRAFT, TYPED, Made, address, fetched, opened, state, words
from tests.server import Server

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("choice", ["Keep mine", "Take theirs"])
def test_two_people_do_not_undo_each_other(page: Page, pages: Server, made: Made, choice: str) -> None:
    video = made(f"Two people: {choice}")
    opened(page, video)
    page.locator(".cue-line").first.click()
    page.get_by_label("Text").fill("Mine")
    state(page, DRAFT)
    theirs = fetched(pages, video).replace("So it stays in service", "It stays")
    requests.put(address(pages, video), data=theirs.encode(), headers=TYPED, timeout=30).raise_for_status()
    page.get_by_role("button", name="Publish").click()
    conflict = page.get_by_role("alertdialog", name="Somebody else has published meanwhile")
    expect(conflict).to_be_focused()
    expect(conflict).to_contain_text("differ in 2 cues")
    assert fetched(pages, video) == theirs
    # Asked again after a reload, for it is still to be settled.
    page.reload()
    with page.expect_download() as waited:
        conflict.get_by_role("button", name="Download theirs").click()
    assert "It stays" in waited.value.path().read_text()
    conflict.get_by_role("button", name=choice).click()
    expect(conflict).to_be_hidden()
    if choice == "Take theirs":
        assert words(page)[0].startswith("Ines You can see")
        page.keyboard.press("Control+z")
    assert words(page)[0] == "Ines Mine"
    state(page, DRAFT)
    page.get_by_role("button", name="Publish").click()
    state(page, "Published")
    assert "Mine" in fetched(pages, video)


def test_two_windows_of_one_person_meet(page: Page, browser: Browser, pages: Server, made: Made) -> None:
    video = made("Two windows")
    opened(page, video)
    with browser.new_context(base_url=pages.url) as context:
        other = opened(context.new_page(), video)
        for each, said in ((other, "Elsewhere"), (page, "Here")):
            each.locator(".cue-line").first.click()
            each.get_by_label("Text").fill(said)
            if each is other:
                state(other, DRAFT)
    conflict = page.get_by_role("alertdialog", name="This draft was changed in another window")
    expect(conflict).to_be_focused()
    conflict.get_by_role("button", name="Take theirs").click()
    assert words(page)[0] == "Ines Elsewhere"
    page.keyboard.press("Control+z")
    state(page, DRAFT)
    page.reload()
    expect(page.locator(".cue-line").first).to_contain_text("Here")
