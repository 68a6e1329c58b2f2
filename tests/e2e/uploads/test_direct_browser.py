"""A real browser that writes into storage, which is another origin, past the server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, Route

from tests.server import Server, eventually, running_server
from tests.storage_rules import cors
from tests.tray import block_addresses, blocks_let_through
from tests.videos import mp4
from utils.sizes import MIB

pytestmark = pytest.mark.browser

# Not the page's own input: what is put into that the page uploads by itself.
INPUT = """() => document.body.append(Object.assign(document.createElement("input"), { type: "file", id: "probe" }))"""
UPLOAD = """async ([state, title]) => {
  const { DirectUpload } = await import("/static/js/uploads/direct.js");
  const file = document.querySelector("#probe").files[0];
  const upload = new DirectUpload({ state, title });
  window.upload = upload;
  window.progress = [];
  window.outcome = new Promise((resolve) => {
    upload.start(file, {
      onProgress: (progress) => window.progress.push(progress),
      onDone: (video) => resolve({ video }),
      onError: (error) => resolve({ error: error.kind, message: error.message }),
    });
  });
}"""

_SAME = 10
"""So many looks in a row, a twentieth of a second each, that find nothing new."""


@pytest.fixture(scope="module")
def server(azurite: str) -> Iterator[Server]:
    """A server whose pages may reach storage, with small blocks, so that small files have several."""
    with running_server(azurite, upload_mode="direct", upload_block_mb=1) as running:
        yield running


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(server.url)
        yield page


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(mp4(12 * MIB + 5))
    return path


def begin(page: Page, film: Path, *, state: object = None, title: str | None = None) -> None:
    page.evaluate(INPUT)
    page.set_input_files("#probe", film)
    page.evaluate(UPLOAD, [state, title])


def outcome(page: Page) -> dict[str, object]:
    return dict(page.evaluate("window.outcome"))


def test_a_page_of_another_origin_writes_a_video_into_storage(page: Page, server: Server, film: Path) -> None:
    with cors(server, server.url):
        begin(page, film, title="From the page")
        video = outcome(page)["video"]
    assert isinstance(video, dict)
    assert (video["title"], video["size"]) == ("From the page", film.stat().st_size)
    assert requests.get(video["url"], timeout=30).content == film.read_bytes()
    progress = page.evaluate("window.progress")
    assert progress[-1] == {"sent": film.stat().st_size, "total": film.stat().st_size, "finishing": True}
    assert len({step["sent"] for step in progress}) > 3


def test_a_page_waits_while_storage_copies(page: Page, server: Server, film: Path) -> None:
    asked: list[int] = []

    def answer(route: Route) -> None:
        asked.append(len(asked))
        if len(asked) > 2:
            route.continue_()
        else:
            route.fulfill(status=202, json={"status": "finishing"}, headers={"Retry-After": "1"})

    page.route("**/complete", answer)
    with cors(server, server.url):
        begin(page, film)
        video = outcome(page)["video"]
    assert isinstance(video, dict)
    assert len(asked) == 3
    assert server.content(str(video["id"])) == film.read_bytes()


def test_after_a_reload_only_what_is_missing_is_sent(page: Page, server: Server, film: Path) -> None:
    with cors(server, server.url):
        with blocks_let_through(page, count=3):
            begin(page, film)
        page.evaluate("window.upload.pause()")
        state = json.loads(page.evaluate("JSON.stringify(window.upload.state)"))
        page.unroute_all()
        page.reload()
        sent = block_addresses(page)
        begin(page, film, state=state)
        video = outcome(page)["video"]
    assert isinstance(video, dict)
    assert video["id"] != state["id"]
    assert len(sent) == 13 - 3
    assert server.content(video["id"]) == film.read_bytes()


def test_a_paused_upload_sends_nothing_until_it_goes_on(page: Page, server: Server, film: Path) -> None:
    with cors(server, server.url):
        begin(page, film)
        page.wait_for_function("() => window.upload.sent > 0")
        page.evaluate("window.upload.pause()")
        sent = block_addresses(page)
        assert page.evaluate("window.upload.running") is None
        requests.get(f"{server.url}/health", timeout=30)
        assert sent == []
        page.evaluate("window.upload.resume()")
        assert "video" in outcome(page)


def test_a_url_that_storage_refuses_on_the_way_is_renewed(page: Page, server: Server, film: Path) -> None:
    with cors(server, server.url):
        begin(page, film)
        page.wait_for_function("() => window.upload.sent > 0")
        page.evaluate("window.upload.url = window.upload.url.replace('sig=', 'sig=0')")
        assert "video" in outcome(page)


def test_blocks_that_storage_is_too_busy_for_are_sent_again(page: Page, server: Server, film: Path) -> None:
    refused: list[str] = []
    page.route(
        "**/*comp=block*",
        lambda route: (
            route.continue_()
            if len(refused) >= 3 or refused.append(route.request.url)  # type: ignore[func-returns-value]
            else route.fulfill(status=503, headers={"Access-Control-Allow-Origin": "*"})
        ),
    )
    with cors(server, server.url):
        begin(page, film)
        assert "video" in outcome(page)
    assert len(refused) == 3


def test_storage_that_lets_no_page_in_is_told_from_a_failure(page: Page, server: Server, film: Path) -> None:
    with cors(server):
        begin(page, film)
        assert outcome(page)["error"] == "blocked"


def wait_until_nothing_arrives(server: Server, name: str) -> None:
    sizes: list[int] = []

    def is_still() -> bool:
        with server.container() as container, container.get_blob_client(name) as blob:
            sizes.append(sum(block.size for block in blob.get_block_list("uncommitted")[1]))
        return len(sizes) > _SAME and len(set(sizes[-_SAME:])) == 1

    eventually(is_still)


def test_a_cancelled_upload_is_gone_on_the_server_too(page: Page, server: Server, film: Path) -> None:
    with cors(server, server.url):
        begin(page, film)
        page.wait_for_function("() => window.upload.sent > 0")
        name = page.evaluate("window.upload.state.id")
        page.evaluate("window.upload.pause()")
        # A block that storage has received, and is still at work on, would come after the end; the sweep clears such.
        wait_until_nothing_arrives(server, name)
        page.evaluate("window.upload.cancel()")
    assert name not in server.blob_names(uncommitted=True)


def test_a_file_that_is_refused_says_why(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "notes.pdf"
    path.write_bytes(b"%PDF")
    begin(page, path)
    told = outcome(page)
    assert told["error"] == "refused"
    assert "not accepted" in str(told["message"])
