"""The page in direct mode: files go past the server into storage, or through it where storage lets no page in."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, expect

from tests.server import Server, running_server
from tests.storage_rules import cors
from tests.tray import (
    PATIENCE,
    block_addresses,
    blocks_let_through,
    choose,
    has_begun,
    is_stored,
    line,
    methods_of_uploads,
    press,
    slow_down,
    write_video,
)

pytestmark = pytest.mark.browser

# Every state that a line has been in: what people see, also for a moment.
WATCH_STATES = """() => {
  window.states = [];
  const lines = () => [...document.querySelectorAll(".tray li")];
  const note = () => window.states.push(...lines().map((each) => each.dataset.state));
  const watched = { subtree: true, childList: true, attributeFilter: ["data-state"] };
  new MutationObserver(note).observe(document.body, watched);
}"""


@pytest.fixture(scope="module")
def direct(azurite: str) -> Iterator[Server]:
    """A server in direct mode, with small blocks, so that small files have several."""
    with running_server(azurite, upload_mode="direct", upload_block_mb=1) as running:
        yield running


@pytest.fixture
def context(browser: Browser, direct: Server) -> Iterator[BrowserContext]:
    """What tabs of one person share."""
    with browser.new_context(base_url=direct.url) as context:
        yield context


def test_the_policy_names_the_storage_and_nothing_else(direct: Server, pages: Server) -> None:
    account = dict(part.split("=", 1) for part in direct.connection_string.split(";") if "=" in part)
    address = urlsplit(account["BlobEndpoint"])
    assert connect_sources(direct) == ["'self'", f"{address.scheme}://{address.netloc}"]
    assert connect_sources(pages) == ["'self'"]


def connect_sources(server: Server) -> list[str]:
    """What scripts of the server's pages may talk to."""
    policy = requests.get(server.url, timeout=30).headers["Content-Security-Policy"]
    return next(each.split()[1:] for each in policy.split(";") if each.split()[0] == "connect-src")


def test_files_go_into_storage_past_the_server(context: BrowserContext, direct: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "past the server.mp4")
    page = context.new_page()
    page.goto("/")
    blocks, through = block_addresses(page), methods_of_uploads(page)
    with cors(direct, direct.url):
        choose(page, path)
        is_stored(page, direct, path)
    assert len(blocks) == 6
    assert through == []


def test_paused_it_sends_nothing_and_then_only_what_is_missing(
    context: BrowserContext, direct: Server, tmp_path: Path
) -> None:
    path = write_video(tmp_path, "paused straight.mp4")
    page = context.new_page()
    page.goto("/")
    with cors(direct, direct.url):
        slow_down(page)
        choose(page, path)
        has_begun(page, path.name)
        press(page, "Pause", path.name)
        expect(line(page, path.name).locator(".state")).to_contain_text("Paused")
        blocks = block_addresses(page)
        requests.get(f"{direct.url}/health", timeout=10)
        assert blocks == []
        slow_down(page, bytes_a_second=0)
        press(page, "Resume", path.name)
        is_stored(page, direct, path)


def test_after_a_reload_only_what_is_missing_is_sent(context: BrowserContext, direct: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "reloaded straight.mp4")
    page = context.new_page()
    page.goto("/")
    with cors(direct, direct.url):
        with blocks_let_through(page, count=2):
            choose(page, path)
        press(page, "Pause", path.name)
        page.unroute_all()
        page.reload()
        expect(line(page, path.name).locator(".state")).to_contain_text("are stored. Choose the file again")
        blocks = block_addresses(page)
        choose(page, path)
        is_stored(page, direct, path)
    assert len(blocks) == 6 - 2


def test_what_arrived_whole_is_stored_without_its_file(context: BrowserContext, direct: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "arrived straight.mp4")
    page = context.new_page()
    page.goto("/")
    page.route("**/complete", lambda route: route.abort())
    with cors(direct, direct.url):
        choose(page, path)
        expect(line(page, path.name)).to_have_attribute("data-state", "finishing", timeout=PATIENCE)
        page.unroute_all()
        page.goto("about:blank")
        page.goto("/")
        is_stored(page, direct, path)


def test_cancelled_it_leaves_nothing_in_storage(context: BrowserContext, direct: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "cancelled straight.mp4")
    page = context.new_page()
    page.goto("/")
    with cors(direct, direct.url):
        slow_down(page)
        choose(page, path)
        has_begun(page, path.name)
        with page.expect_response(lambda answer: answer.request.method == "DELETE"):
            press(page, "Cancel", path.name)
    expect(line(page, path.name)).to_have_attribute("data-state", "cancelled")
    assert not [name for name in direct.blob_names(uncommitted=True) if name.endswith("_cancelled_straight.mp4")]


def test_where_storage_lets_no_page_in_files_go_through_the_server(
    context: BrowserContext, direct: Server, tmp_path: Path
) -> None:
    first, second = write_video(tmp_path, "first.mp4"), write_video(tmp_path, "second.mp4", seed=1)
    page = context.new_page()
    page.goto("/")
    page.evaluate(WATCH_STATES)
    with cors(direct):
        choose(page, first)
        is_stored(page, direct, first)
        blocks = block_addresses(page)
        choose(page, second)
        is_stored(page, direct, second)
    assert blocks == []  # The page has learnt that this way is closed.
    assert not {"failed", "refused"} & set(page.evaluate("() => window.states"))
