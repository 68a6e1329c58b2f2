"""Uploads that fail: the tray says why, what was kept and what can be done, and promises nothing else."""

import http.client
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.server import Server, eventually, in_flight, running_server
from tests.tray import MB, PATIENCE, choose, has_begun, is_stored, line, press, slow_down, write_video
from tests.videos import MP4_HEAD

pytestmark = pytest.mark.browser

FULL = '{"title": "Storage is full", "detail": "Storage is full. Tell whoever runs this service.", "status": 507}'
NEWS = """() => {
  window.news = [];
  document.addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
    const said = document.querySelector(".tray [role=status]")?.textContent;
    if (said && said !== window.news.at(-1)) window.news.push(said);
  }).observe(document.body, { childList: true, subtree: true, characterData: true }));
}"""


@contextmanager
def held_place(server: Server) -> Iterator[None]:
    """Hold one of the server's upload places, by an upload that does not go on."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.putrequest("PUT", "/api/upload/holds.mp4")
    connection.putheader("Content-Length", "1000000")
    connection.endheaders(MP4_HEAD)
    eventually(lambda: in_flight(server) == 1)
    try:
        yield
    finally:
        connection.close()


def answering(page: Page, method: str, *, status: int, body: str = "", kind: str = "application/problem+json") -> None:
    """Answer requests of one method to the upload door in the server's place."""

    def answer(route: Route) -> None:
        if route.request.method == method:
            route.fulfill(status=status, body=body, content_type=kind)
        else:
            route.continue_()

    page.route(re.compile("/api/uploads"), answer)


def state(page: Page, path: Path) -> str:
    return line(page, path.name).locator(".state").text_content() or ""


def test_a_server_without_a_free_place_is_quoted_and_then_taken_up(
    azurite: str, browser: Browser, tmp_path: Path
) -> None:
    path = write_video(tmp_path, "no place.mp4", size=300_000)
    with (
        running_server(azurite, max_concurrent_uploads=1, client_share_percent=100) as server,
        browser.new_context(base_url=server.url) as context,
    ):
        page = context.new_page()
        page.goto("/")
        with held_place(server):
            choose(page, path)
            expect(line(page, path.name).locator(".state")).to_contain_text("Trying again: All upload places are taken")
            expect(page.locator(".tray h2")).to_have_text("0 of 1 stored")
            expect(page.locator(".tray header p")).to_contain_text("interrupted, trying again")
            expect(page.locator(".tray header p")).not_to_contain_text("left")
        is_stored(page, server, path)


def test_after_a_time_it_stops_with_the_reason_and_another_try(page: Page, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "storage full.mp4", size=300_000)
    page.clock.install()
    page.goto("/")
    answering(page, "PATCH", status=507, body=FULL)
    choose(page, path)
    expect(line(page, path.name).locator(".state")).to_have_text(re.compile("^Trying again: Storage is full"))
    for _ in range(40):
        page.clock.run_for(30_000)
        if line(page, path.name).get_attribute("data-state") == "failed":
            break
    expect(line(page, path.name)).to_have_attribute("data-state", "failed")
    expect(line(page, path.name).locator(".state")).to_have_text("Storage is full. Tell whoever runs this service.")
    expect(page.locator(".tray header p")).to_contain_text("stopped")
    page.clock.resume()
    page.unroute_all()
    press(page, "Try again", path.name)
    is_stored(page, pages, path)


def test_a_refusal_on_the_way_promises_only_what_holds(page: Page, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "forbidden.mp4", size=20 * MB)
    page.goto("/")
    slow_down(page, bytes_a_second=20 * MB)
    answered: list[str] = []

    def refuse(route: Route) -> None:
        if route.request.method == "PATCH" and route.request.headers.get("upload-offset") != "0":
            answered.append(route.request.url)
            route.fulfill(status=403, body="<h1>Forbidden</h1>", content_type="text/html")
        else:
            route.continue_()

    page.route(re.compile("/api/uploads/"), refuse)
    choose(page, path)
    expect(line(page, path.name)).to_have_attribute("data-state", "failed", timeout=PATIENCE)
    assert state(page, path) == "The server answered 403. What has arrived is kept for a while."
    # The promise holds over a reload: the bytes are there, and the same file goes on with them.
    page.unroute_all()
    page.reload()
    expect(line(page, path.name)).to_have_attribute("data-state", "asleep")
    with page.expect_request(lambda asked: asked.method == "PATCH") as sent:
        choose(page, path)
    assert sent.value.headers["upload-offset"] != "0"
    is_stored(page, pages, path)


def test_nothing_is_promised_where_nothing_has_arrived(page: Page, tmp_path: Path) -> None:
    path = write_video(tmp_path, "nothing there.mp4", size=300_000)
    page.goto("/")
    answering(page, "POST", status=403, body="<h1>Forbidden</h1>", kind="text/html")
    choose(page, path)
    expect(line(page, path.name)).to_have_attribute("data-state", "failed")
    assert state(page, path) == "The server answered 403."


def test_all_is_never_said_to_be_sent_while_nothing_is_stored(page: Page, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "all sent.mp4", size=300_000)
    page.add_init_script(f"({NEWS})()")
    page.goto("/")
    answering(page, "PATCH", status=503, body='{"detail": "Storage cannot be reached."}')
    choose(page, path)
    expect(line(page, path.name).locator(".state")).to_contain_text("Storage cannot be reached.")
    page.unroute_all()
    is_stored(page, pages, path)
    news = page.evaluate("window.news")
    assert news
    assert [each for each in news if "100 %" in each] == []
    assert news[-1] == "all sent is stored"


def test_the_head_of_the_tray_does_not_say_uploading_while_all_is_paused(page: Page, tmp_path: Path) -> None:
    paths = [write_video(tmp_path, f"head {number}.mp4", seed=number) for number in range(2)]
    page.goto("/")
    slow_down(page)
    choose(page, *paths)
    has_begun(page, paths[0].name)
    expect(page.locator(".tray h2")).to_have_text("Uploading 1 of 2")
    page.get_by_role("button", name="Pause all").click()
    expect(page.locator(".tray h2")).to_have_text("0 of 2 stored")
    expect(page.locator(".tray header p")).to_have_text(re.compile(r" of 12 MB · paused$"))
