"""What happens to somebody who writes captions while sessions end, networks go, films are deleted or are very long."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.accounts import PASSWORD
from tests.e2e.captions.conftest import AUTOMATIC, DRAFT, TYPED, Made, address, opened, state
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

_MANY = 10_000
_PATIENCE = 60_000


@pytest.fixture
def signed_in(browser: Browser, azurite: str) -> Iterator[Page]:
    """A page of somebody who has made the first account."""
    with running_server(azurite) as server:
        server.flask("accounts", "setup-address")
        with browser.new_context(base_url=server.url) as context:
            page = context.new_page()
            page.goto("/setup")
            page.get_by_label("Username").fill("mira")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Make account").click()
            expect(page.get_by_role("heading", name="Library")).to_be_visible()
            yield page


def brought_in(page: Page, film: Path) -> dict[str, Any]:
    """A film with captions that whoever is signed in has brought in."""
    origin = {"Origin": page.url.rstrip("/")}
    answer = page.request.put("/api/upload/harbour.mp4?processing=none", data=film.read_bytes(), headers=origin)
    video: dict[str, Any] = answer.json()
    path = f"{video['links']['self']}/captions/en"
    assert page.request.put(path, data=AUTOMATIC, headers=TYPED | origin).ok
    return video


def write(page: Page, text: str) -> None:
    """Write it into the first cue."""
    page.locator(".cue-line").first.click()
    page.get_by_label("Text").fill(text)


def test_a_session_that_ends_loses_nothing(signed_in: Page, short: Path) -> None:
    video = brought_in(signed_in, short)
    page = opened(signed_in, video)
    assert page.request.post("/api/auth/logout").ok
    write(page, "Written while signed out")
    trouble = page.locator(".editor-trouble")
    expect(trouble).to_contain_text("You are signed out.")
    with page.context.expect_page() as waited:
        trouble.get_by_role("link", name="Sign in").click()
    tab = waited.value
    tab.get_by_label("Username").fill("mira")
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(tab.get_by_role("heading", name="Library")).to_be_visible()
    page.bring_to_front()
    expect(page.locator(".editor-state")).to_have_text(DRAFT, timeout=_PATIENCE)
    expect(trouble).to_be_hidden()
    # Another machine of the same person finds it.
    assert "Written while signed out" in page.request.get(f"{video['links']['self']}/captions/en/draft").text()


def test_what_cannot_be_sent_survives_a_crash_in_the_browser(page: Page, made: Made) -> None:
    video = made("Offline")
    opened(page, video)
    page.context.set_offline(True)
    write(page, "Written on a train")
    expect(page.locator(".editor-trouble")).to_contain_text("The server cannot be reached.")
    page.close(run_before_unload=False)
    again = page.context.new_page()
    page.context.set_offline(False)
    opened(again, video)
    expect(again.locator(".cue-line").first).to_contain_text("Written on a train")
    state(again, DRAFT)


def test_it_is_saved_by_itself_once_the_server_is_back(page: Page, made: Made) -> None:
    opened(page, made("Back again"))
    page.context.set_offline(True)
    write(page, "Patience")
    expect(page.locator(".editor-trouble")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".editor-state")).to_have_text(DRAFT, timeout=_PATIENCE)
    expect(page.locator(".editor-trouble")).to_be_hidden()


def test_a_film_that_is_deleted_meanwhile_leaves_the_words(page: Page, pages: Server, made: Made) -> None:
    video = made("Deleted")
    opened(page, video)
    link = pages.url + video["links"]["self"]
    assert requests.delete(link, timeout=30).ok
    write(page, "Still here")
    trouble = page.locator(".editor-trouble")
    expect(trouble).to_contain_text("The video has been deleted.")
    with page.expect_download() as waited:
        trouble.get_by_role("button", name="Download mine").click()
    assert "Still here" in waited.value.path().read_text()
    assert requests.post(f"{link}/restore", timeout=30).ok
    write(page, "Still here, and saved")
    state(page, DRAFT)
    expect(trouble).to_be_hidden()


def test_ten_thousand_cues_can_be_edited(page: Page, pages: Server, made: Made) -> None:
    cues = (
        f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}.000 --> {at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}.900\n"
        f"<v {'Ines' if at % 2 else 'Jonas'}>[sound] Line {at}\n"
        for at in range(_MANY)
    )
    video = made("Long", words="WEBVTT\n\n" + "\n".join(cues))
    page.goto(f"{video['links']['page']}/captions")
    expect(page.locator(".editor-count")).to_have_text(re.compile(r"^10\s000 cues$"), timeout=_PATIENCE)
    # However many there are, the page has few.
    assert page.locator(".cue-line").count() <= 40
    page.locator(".cue-line").first.focus()
    page.keyboard.press("End")
    expect(page.locator(".cue-line[aria-current]")).to_contain_text("Line 9999")
    page.keyboard.press("F2")
    page.keyboard.type(" is the last")
    page.keyboard.press("Control+f")
    form = page.get_by_role("search", name="Find and replace")
    form.get_by_label("Find", exact=True).fill("Line")
    expect(form.locator("output")).to_have_text(re.compile(r"^0 of 10\s000$"))
    form.get_by_label("Replace with").fill("Row")
    form.get_by_role("button", name="Replace all").click()
    expect(form.locator("output")).to_have_text(re.compile(r"^10\s000 places replaced$"))
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(page.locator(".cue-line[aria-current]")).to_contain_text("Line 9999 is the last")
    page.keyboard.press("Control+Shift+z")
    expect(page.locator(".editor-state")).to_have_text(DRAFT, timeout=_PATIENCE)
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".editor-state")).to_have_text("Published", timeout=_PATIENCE)
    assert requests.get(address(pages, video), timeout=30).text.endswith("Row 9999 is the last\n")
