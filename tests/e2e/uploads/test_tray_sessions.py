"""Uploads whose session ends: the tray asks to sign in, and goes on where it was."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accounts import PASSWORD
from tests.server import Server, running_server
from tests.shelf import barriers
from tests.storage_rules import cors
from tests.tray import (
    PATIENCE,
    blocks_let_through,
    choose,
    has_begun,
    line,
    methods_of_uploads,
    press,
    slow_down,
    write_video,
)

pytestmark = pytest.mark.browser

ASKED = "Sign in again as mira to continue"


@dataclass(frozen=True)
class Visit:
    """Somebody who has made the first account and is signed in."""

    page: Page
    server: Server

    def end_session(self) -> None:
        """As a time-out does, or whoever ends a lost device's sessions."""
        assert self.page.request.post("/api/auth/logout").ok

    def sign_in(self) -> None:
        """By the link that the tray shows, in a tab that it opens."""
        with self.page.context.expect_page() as opened:
            self.page.get_by_role("link", name=ASKED).click()
        tab = opened.value
        tab.get_by_label("Username").fill("mira")
        tab.get_by_label("Password", exact=True).fill(PASSWORD)
        tab.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
        expect(tab.get_by_role("heading", name="Library")).to_be_visible()


def visiting(browser: Browser, server: Server) -> Iterator[Visit]:
    """Make the first account in a browser."""
    server.flask("accounts", "setup-address")
    with browser.new_context(base_url=server.url) as context:
        page = context.new_page()
        page.goto("/setup")
        page.get_by_label("Username").fill("mira")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Make account").click()
        expect(page.get_by_role("heading", name="Library")).to_be_visible()
        yield Visit(page=page, server=server)


@pytest.fixture
def visit(browser: Browser, azurite: str) -> Iterator[Visit]:
    with running_server(azurite) as server:
        yield from visiting(browser, server)


@pytest.fixture
def direct(browser: Browser, azurite: str) -> Iterator[Visit]:
    with running_server(azurite, upload_mode="direct", upload_block_mb=1) as server:
        yield from visiting(browser, server)


def begin_and_end_session(visit: Visit, path: Path) -> None:
    """Get as far as the line that asks to sign in."""
    begin_and_pause(visit, path)
    visit.end_session()
    press(visit.page, "Resume", path.name)
    expect(line(visit.page, path.name).get_by_role("link", name=ASKED)).to_be_visible()


def comes_back(visit: Visit, path: Path) -> None:
    """It is stored, and whoever is signed in gets its bytes back."""
    expect(line(visit.page, path.name)).to_have_attribute("data-state", "stored", timeout=PATIENCE)
    address = line(visit.page, path.name).get_by_role("link").get_attribute("href")
    assert visit.page.request.get(f"/api{address}/content").body() == path.read_bytes()


def test_an_upload_goes_on_once_its_person_has_signed_in_again(visit: Visit, tmp_path: Path) -> None:
    path = write_video(tmp_path, "signed out.mp4")
    begin_and_end_session(visit, path)
    expect(visit.page.locator(".tray > header")).to_contain_text("waiting for you to sign in")
    expect(visit.page.locator(".tray [role=status]")).to_have_text(ASKED)
    assert barriers(visit.page) == []
    methods = methods_of_uploads(visit.page)
    visit.sign_in()
    visit.page.bring_to_front()
    comes_back(visit, path)
    # It is the same upload: none is begun anew.
    assert "POST" not in methods


def join_as_noor(visit: Visit) -> Page:
    """Make another account in another tab of the same browser, and sign out first; returns the tab."""
    person = {"username": "noor", "role": "USER"}
    made = visit.page.request.post("/api/users", data=person, headers={"Origin": visit.server.url}).json()
    visit.end_session()
    tab = visit.page.context.new_page()
    tab.goto(made["invitation"]["url"])
    tab.get_by_label("Username").fill("noor")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Make account").click()
    expect(tab.get_by_role("heading", name="Library")).to_be_visible()
    return tab


def begin_and_pause(visit: Visit, path: Path) -> None:
    """Send a part of it."""
    slow_down(visit.page)
    choose(visit.page, path)
    has_begun(visit.page, path.name)
    press(visit.page, "Pause", path.name)
    expect(line(visit.page, path.name).locator(".state")).to_contain_text("Paused")
    slow_down(visit.page, bytes_a_second=0)


def is_nobody_elses(visit: Visit, path: Path) -> None:
    """While somebody else is signed in it waits; then its person goes on."""
    expect(line(visit.page, path.name).get_by_role("link", name=ASKED)).to_be_visible()
    with visit.page.expect_response("**/api/auth/user") as looked:
        visit.page.evaluate("dispatchEvent(new Event('focus'))")
    assert looked.value.ok
    expect(line(visit.page, path.name).get_by_role("link", name=ASKED)).to_be_visible()
    assert visit.page.request.get("/api/videos").json()["videos"] == []
    visit.end_session()
    visit.sign_in()
    comes_back(visit, path)
    [video] = visit.page.request.get("/api/videos").json()["videos"]
    assert video["owner"] == visit.page.request.get("/api/auth/user").json()["id"]


def test_an_upload_becomes_nobody_elses(visit: Visit, tmp_path: Path) -> None:
    path = write_video(tmp_path, "of one person.mp4")
    begin_and_pause(visit, path)
    join_as_noor(visit)
    methods = methods_of_uploads(visit.page)
    press(visit.page, "Resume", path.name)
    is_nobody_elses(visit, path)
    assert "POST" not in methods


def test_what_has_not_begun_becomes_nobody_elses_either(visit: Visit, tmp_path: Path) -> None:
    path = write_video(tmp_path, "chosen by one person.mp4")
    join_as_noor(visit)
    choose(visit.page, path)
    is_nobody_elses(visit, path)


def test_what_went_straight_into_storage_becomes_nobody_elses(direct: Visit, tmp_path: Path) -> None:
    path = write_video(tmp_path, "straight of one person.mp4")
    with cors(direct.server, direct.server.url):
        with blocks_let_through(direct.page, count=2):
            choose(direct.page, path)
        press(direct.page, "Pause", path.name)
        join_as_noor(direct)
        direct.page.unroute_all()
        press(direct.page, "Resume", path.name)
        is_nobody_elses(direct, path)


def test_unfinished_uploads_are_shown_to_their_person_alone(visit: Visit, tmp_path: Path) -> None:
    path = write_video(tmp_path, "private business.mp4")
    begin_and_pause(visit, path)
    other = join_as_noor(visit)
    visit.page.goto("about:blank")
    other.reload()
    expect(other.get_by_role("button", name="Signed in as noor")).to_be_visible()
    expect(other.locator(".tray li")).to_have_count(0)
    visit.end_session()
    other.goto("/login")
    other.get_by_label("Username").fill("mira")
    other.get_by_label("Password", exact=True).fill(PASSWORD)
    other.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(line(other, path.name).locator(".state")).to_contain_text("Choose the file again")


def test_what_went_straight_into_storage_is_completed_after_signing_in(direct: Visit, tmp_path: Path) -> None:
    path = write_video(tmp_path, "signed out straight.mp4")
    page = direct.page
    with cors(direct.server, direct.server.url):
        with blocks_let_through(page, count=2):
            choose(page, path)
        press(page, "Pause", path.name)
        direct.end_session()
        page.unroute_all()
        press(page, "Resume", path.name)
        direct.sign_in()
        page.bring_to_front()
        comes_back(direct, path)
