"""The pages in a real browser, with and without scripts."""

import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.films import write_film
from tests.server import Server, eventually, running_server

pytestmark = pytest.mark.browser

_AXE = Path(__file__).resolve().parent.parent.parent / "node_modules/axe-core/axe.min.js"
_HOSTILE = "<img src=x onerror=document.title='taken'>\"'&amp;"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short film."""
    path = tmp_path_factory.mktemp("films") / "holiday film.mp4"
    write_film(path, seconds=20)
    return path


@pytest.fixture(scope="module")
def pages(azurite: str) -> Iterator[Server]:
    """A server of its own, because what is listed matters here."""
    with running_server(azurite) as running:
        yield running


@pytest.fixture
def page(browser: Browser, pages: Server) -> Iterator[Page]:
    """A page with scripts, on which no error may happen."""
    with browser.new_context(base_url=pages.url) as context:
        opened = context.new_page()
        wrong: list[str] = []
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        yield opened
        assert wrong == []


def _stored(server: Server, film: Path, *, title: str) -> dict[str, Any]:
    url = f"{server.url}/api/upload"
    parts = {"title": (None, title.encode()), "file": (film.name, film.read_bytes())}
    answer = requests.post(url, files=parts, timeout=30)
    video: dict[str, Any] = answer.json()["videos"][0]
    return video


def test_without_scripts_a_form_uploads_and_the_list_leads_to_the_video(
    browser: Browser, pages: Server, film: Path
) -> None:
    with browser.new_context(base_url=pages.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_label("Videos", exact=True).set_input_files(film)
        page.get_by_role("button", name="Upload").click()
        page.get_by_role("searchbox").fill("holi")
        page.get_by_role("searchbox").press("Enter")
        page.get_by_role("link", name="holiday film").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("holiday film")
        expect(page.locator("video")).to_have_attribute("src", re.compile("^/api/videos/.+/content$"))


def test_a_chosen_file_is_uploaded_in_the_tray_and_stored_as_it_is(page: Page, pages: Server, film: Path) -> None:
    known = set(pages.blob_names())
    page.goto("/")
    page.get_by_label("Videos", exact=True).set_input_files(film)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".tray .state")).to_have_text("Stored", timeout=20_000)
    (name,) = set(pages.blob_names()) - known
    assert hashlib.sha256(pages.content(name)).digest() == hashlib.sha256(film.read_bytes()).digest()
    page.get_by_role("button", name="Open holiday film.mp4").click()
    expect(page).to_have_url(re.compile(r"/videos/"))


def test_a_file_that_is_no_video_is_named_and_the_other_goes_on(page: Page, film: Path) -> None:
    page.goto("/")
    wrong: FilePayload = {"name": "minutes.docx", "mimeType": "text/plain", "buffer": b"words"}
    page.get_by_label("Videos", exact=True).set_input_files(wrong)
    page.get_by_role("button", name="Upload").click()
    page.get_by_label("Videos", exact=True).set_input_files(film)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator(".tray li", has_text="minutes.docx").locator(".state.bad")).to_contain_text("docx")
    expect(page.locator(".tray li", has_text="holiday film.mp4").locator(".state")).to_have_text("Stored")


def test_a_deleted_video_comes_back_by_undo_and_from_the_trash(page: Page, pages: Server, film: Path) -> None:
    video = _stored(pages, film, title="Undo me")
    address = f"{pages.url}{video['links']['self']}"
    page.goto("/")
    page.get_by_role("button", name="Delete Undo me").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("link", name="Undo me")).to_be_visible()
    eventually(lambda: requests.get(address, timeout=30).status_code == 200)
    page.get_by_role("button", name="Delete Undo me").click()
    expect(page.get_by_role("status").filter(has_text="is in the trash")).to_be_visible()
    page.goto("/trash")
    page.get_by_role("button", name="Restore Undo me").click()
    eventually(lambda: requests.get(address, timeout=30).status_code == 200)


def test_a_link_with_a_time_begins_there_and_a_title_can_be_edited(page: Page, pages: Server, film: Path) -> None:
    video = _stored(pages, film, title="Edit me")
    page.goto(f"{video['links']['page']}#t=12")
    expect(page.locator("video")).to_have_js_property("currentTime", 12)
    page.get_by_label("Title").fill("Edited")
    page.get_by_label("Tags, with commas between").fill("one, two")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edited")
    expect(page.locator(".chips")).to_contain_text("two")


def test_a_hostile_title_is_text_everywhere(page: Page, pages: Server, film: Path) -> None:
    video = _stored(pages, film, title=_HOSTILE)
    page.goto("/")
    expect(page.get_by_role("link", name=_HOSTILE)).to_be_visible()
    page.goto(video["links"]["page"])
    assert page.title() == f"{_HOSTILE} · Reelgate"
    page.goto("/")
    page.get_by_role("button", name=f"Delete {_HOSTILE}").click()
    expect(page.get_by_role("status").filter(has_text=_HOSTILE)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_no_page_has_a_barrier_that_axe_finds(
    browser: Browser, pages: Server, film: Path, scheme: Any, width: int
) -> None:
    video = _stored(pages, film, title="A film with a long name that has to wrap somewhere, Donaudampfschifffahrt")
    with browser.new_context(
        base_url=pages.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        for address in ("/", "/?q=nothing", "/trash", video["links"]["page"], "/videos/unknown"):
            page.goto(address)
            page.evaluate(_AXE.read_text())
            found = page.evaluate("async () => (await axe.run()).violations")
            assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_pages_are_private_small_and_guarded(pages: Server, film: Path) -> None:
    for number in range(50):
        _stored(pages, film, title=f"Film {number}")
    answer = requests.get(pages.url, timeout=30)
    assert answer.text.count('class="card"') == 50
    assert 'rel="next"' in answer.text
    assert len(gzip.compress(answer.content)) <= 30_000
    assert '<meta name="robots" content="noindex">' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_assets_may_be_kept_for_ever_and_old_addresses_lead_to_new_ones(pages: Server) -> None:
    found = re.search(r'href="(/static/[^"]+/css/page\.css)"', requests.get(pages.url, timeout=30).text)
    assert found
    assert "immutable" in requests.get(pages.url + found[1], timeout=30).headers["Cache-Control"]
    old = requests.get(f"{pages.url}/static/0123456789abcdef/css/page.css", timeout=30)
    assert old.url == pages.url + found[1]
    assert requests.get(f"{pages.url}/static/css/page.css", timeout=30).status_code == 200
