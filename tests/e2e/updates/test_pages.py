"""Pages follow what happens elsewhere without a reload, by a stream or, where there is no room, by asking."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from services.actors.actor import SYSTEM
from services.jobs.job import Lane
from tests.server import Server, running_server
from tests.services.jobs.kinds import UNKNOWN, store_at
from tests.videos import mp4

NO_RELOAD = "window.untouched = true"
UNTOUCHED = "window.untouched === true"


@pytest.fixture(scope="module")
def pages(azurite: str) -> Iterator[Server]:
    """A server that looks into no film: nothing but what tests do happens."""
    with running_server(azurite) as running:
        yield running


def stored(server: Server, title: str) -> dict[str, Any]:
    answer = requests.put(f"{server.url}/api/upload/{title}.mp4", data=mp4(2000), timeout=30)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def change(server: Server, video: dict[str, Any], method: str, **body: Any) -> None:
    address = server.url + video["links"]["self"]
    requests.request(method, address, json=body or None, timeout=30).raise_for_status()


@pytest.mark.walk
def test_the_library_follows_what_happens_elsewhere(page: Page, pages: Server) -> None:
    video = stored(pages, "First title")
    page.goto("/")
    page.evaluate(NO_RELOAD)
    card = page.locator(f".card[data-id='{video['id']}']")
    expect(card.locator("h2")).to_have_text("First title")

    change(pages, video, "PATCH", title="Second title")
    expect(card.locator("h2")).to_have_text("Second title", timeout=30_000)
    expect(card.get_by_label("Select Second title")).to_be_attached()
    expect(page.locator("[role=status]", has_text="follows what has changed")).to_have_count(1)

    other = stored(pages, "Another one")
    expect(page.locator(f".card[data-id='{other['id']}']")).to_be_visible(timeout=30_000)

    change(pages, video, "DELETE")
    expect(card).to_be_hidden(timeout=30_000)
    requests.post(f"{pages.url}{video['links']['self']}/restore", timeout=30).raise_for_status()
    expect(card).to_be_visible(timeout=30_000)
    assert page.evaluate(UNTOUCHED)


def test_what_is_selected_and_focused_stays_so(page: Page, pages: Server) -> None:
    video = stored(pages, "Selected")
    page.goto("/")
    card = page.locator(f".card[data-id='{video['id']}']")
    card.locator(".pick input").check(force=True)
    card.locator("h2 a").focus()
    change(pages, video, "PATCH", title="Still selected")
    expect(card.locator("h2")).to_have_text("Still selected", timeout=30_000)
    expect(card.locator(".pick input")).to_be_checked()
    expect(card.locator("h2 a")).to_be_focused()
    expect(page.locator(".bulk output")).to_have_text("1 selected")


def test_the_focus_stays_on_what_is_deleted_and_brought_back_at_once_and_else_goes_on(
    page: Page, pages: Server
) -> None:
    below, video = stored(pages, "Below"), stored(pages, "Back at once")
    page.goto("/")
    card, next_card = (page.locator(f".card[data-id='{each['id']}']") for each in (video, below))
    expect(page.locator("h2", has_text="Back at once")).to_be_visible()
    card.locator("h2 a").focus()
    held: list[Callable[[], None]] = []
    page.route("**/cards?*", lambda route: held.append(route.continue_))
    change(pages, video, "DELETE")
    while not held:
        page.wait_for_timeout(50)
    requests.post(f"{pages.url}{video['links']['self']}/restore", timeout=30).raise_for_status()
    for go_on in held:
        go_on()
    page.unroute("**/cards?*")
    change(pages, below, "PATCH", title="Told after both")
    expect(next_card.locator("h2")).to_have_text("Told after both", timeout=30_000)
    expect(card.locator("h2 a")).to_be_focused()

    change(pages, video, "DELETE")
    expect(card).to_be_hidden(timeout=30_000)
    expect(next_card.locator("h2 a")).to_be_focused()


def test_what_was_missed_between_the_making_of_a_page_and_its_listening_is_shown(page: Page, pages: Server) -> None:
    video = stored(pages, "Made before")
    held: list[Callable[[], None]] = []
    page.route("**/api/events*", lambda route: held.append(route.continue_))
    page.goto("/")
    card = page.locator(f".card[data-id='{video['id']}']")
    expect(card.locator("h2")).to_have_text("Made before")
    change(pages, video, "PATCH", title="Changed since")
    page.wait_for_function("() => performance.now() > 0")
    while not held:
        page.wait_for_event("request", predicate=lambda asked: "/api/events" in asked.url)
    for go_on in held:
        go_on()
    expect(card.locator("h2")).to_have_text("Changed since", timeout=30_000)


def test_the_page_of_jobs_follows_its_jobs(page: Page, pages: Server) -> None:
    store = store_at(f"sqlite:///{pages.environment['DATA_DIR']}/reelgate.sqlite3")
    page.goto("/jobs")
    page.evaluate(NO_RELOAD)
    store.add(UNKNOWN, by=SYSTEM, video="followed.mp4", priority=-9)
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible(timeout=30_000)
    claim = store.claim(Lane.QUICK, worker="test")
    assert claim is not None
    assert claim.job.video == "followed.mp4"
    store.beat(claim, progress=0.4)
    expect(page.get_by_text("40 %")).to_be_visible(timeout=30_000)
    store.fail(claim, "It cannot be done.", for_good=True)
    expect(page.get_by_text("It cannot be done.")).to_be_visible(timeout=30_000)
    assert page.evaluate(UNTOUCHED)


def test_where_there_is_no_room_for_a_stream_the_page_asks(browser: Browser, azurite: str) -> None:
    with (
        running_server(azurite, event_listeners=0) as server,
        browser.new_context(base_url=server.url) as context,
    ):
        page = context.new_page()
        video = stored(server, "Asked for")
        page.goto("/")
        change(server, video, "PATCH", title="Answered")
        expect(page.locator(".card h2")).to_have_text("Answered", timeout=60_000)


def test_a_page_that_nobody_looks_at_holds_no_stream(page: Page, pages: Server) -> None:
    with page.expect_request("**/api/events*"):
        page.goto("/")
    page.clock.install()
    with page.expect_event("requestfailed", lambda asked: "/api/events" in asked.url):
        page.evaluate(
            """() => {
                Object.defineProperty(document, "hidden", { value: true, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
        page.clock.run_for(11_000)
    with page.expect_request("**/api/events*"):
        page.evaluate(
            """() => {
                Object.defineProperty(document, "hidden", { value: false, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
