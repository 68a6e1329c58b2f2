"""Pages speak the reader's language, by choice or by the browser's, and no cache mixes two of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.server import Server, running_server
from tests.shelf import barriers, stored
from tests.tray import choose, line

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(azurite: str, film: Path) -> Iterator[Server]:
    """A server with one film."""
    with running_server(azurite) as running:
        stored(running, film, title="The only one", tags=("a tag",))
        yield running


@pytest.fixture
def german(browser: Browser, pages: Server) -> Iterator[Page]:
    """A page in a browser whose reader asks for German first."""
    with browser.new_context(base_url=pages.url, locale="de-AT", bypass_csp=True) as context:
        yield context.new_page()


@pytest.mark.walk
@pytest.mark.parametrize(
    ("asked", "language"),
    [("de-AT,en;q=0.5", "de"), ("fr,de;q=0.8,en;q=0.5", "de"), ("fr", "en"), ("en-GB,de;q=0.9", "en"), ("", "en")],
)
def test_the_browser_says_which_language(pages: Server, asked: str, language: str) -> None:
    for path in ("/", "/trash", "/docs", "/nowhere"):
        headers = {"Accept-Language": asked, "Accept": "text/html"}
        answer = requests.get(pages.url + path, headers=headers, timeout=30)
        assert f'<html lang="{language}"' in answer.text, path
        assert answer.headers["Content-Language"] == language
        assert {"Accept-Language", "Cookie"} <= set(re.split(r",\s*", answer.headers["Vary"]))


def test_what_is_asked_for_by_programs_stays_english_and_is_kept_apart_by_nothing(pages: Server) -> None:
    answer = requests.get(f"{pages.url}/api/videos/none", headers={"Accept-Language": "de"}, timeout=30)
    assert answer.json()["title"] == "Video not found"
    assert "Content-Language" not in answer.headers


def test_a_choice_outlives_the_browsers_wish_and_leads_back(browser: Browser, pages: Server) -> None:
    for scripts in (True, False):
        with browser.new_context(base_url=pages.url, locale="en-GB", java_script_enabled=scripts) as context:
            page = context.new_page()
            page.goto("/trash")
            page.get_by_role("button", name="Settings").click()
            page.get_by_role("button", name="Deutsch").click()
            expect(page).to_have_url(f"{pages.url}/trash")
            expect(page.get_by_role("heading", level=1)).to_have_text("Papierkorb")
            page.get_by_role("button", name="Einstellungen").click()
            page.locator("#settings").get_by_role("button", name="System").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Trash")


@pytest.mark.parametrize("left", ["https://elsewhere.example/", "//elsewhere.example/x", "nonsense"])
def test_the_way_back_never_leads_elsewhere(pages: Server, left: str) -> None:
    answer = requests.post(
        f"{pages.url}/language",
        data={"language": "de"},
        headers={"Referer": left},
        allow_redirects=False,
        timeout=30,
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_scripts_speak_german_too(german: Page, film: Path, tmp_path: Path) -> None:
    german.goto("/")
    expect(german.locator(".day h2")).to_have_text("Heute")
    (tmp_path / "protokoll.docx").write_text("words")
    choose(german, tmp_path / "protokoll.docx")
    expect(line(german, "protokoll.docx").locator(".state")).to_contain_text(".docx-Dateien werden hier nicht")
    german.get_by_role("button", name="Aktionen für The only one").click()
    assert barriers(german) == []
    german.get_by_role("menuitem", name="Löschen").click()
    expect(german.locator(".toast")).to_contain_text("„The only one“ ist im Papierkorb")
    german.get_by_role("button", name="Rückgängig").click()
    expect(german.locator(".toast")).to_contain_text("wieder in der Mediathek")


@pytest.mark.parametrize("width", [320, 1440])
def test_german_fits_and_has_no_barrier(german: Page, pages: Server, width: int) -> None:
    german.set_viewport_size({"width": width, "height": 900})
    german.goto("/")
    german.get_by_role("link", name="The only one").click()
    expect(german.get_by_role("heading", name="Details")).to_be_visible()
    for address in ("/", german.url, "/trash", "/videos/unknown", "/docs"):
        german.goto(address)
        assert barriers(german) == [], address
        assert german.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_page_of_another_language_is_loaded_whole(german: Page, pages: Server) -> None:
    german.goto("/")
    german.evaluate("window.same = true")
    german.context.add_cookies([{"name": "language", "value": "en", "url": pages.url}])
    german.get_by_role("link", name="Papierkorb").click()
    expect(german.get_by_role("heading", level=1)).to_have_text("Trash")
    assert german.evaluate("window.same") is None
