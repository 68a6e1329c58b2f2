"""Uploads on the page through a lost network, a restarted server, and tabs that close: the file is stored as it was."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from benchmarks.servers import free_port
from tests.server import Server, running_server
from tests.tray import (
    PATIENCE,
    choose,
    go_offline,
    has_begun,
    is_stored,
    line,
    methods_of_uploads,
    press,
    slow_down,
    write_video,
)

pytestmark = pytest.mark.browser

# The browser's own dialogue is beyond a test's reach; what it gives is a handle like this one, of the origin's files.
PICKER = """window.showOpenFilePicker = async () => {
  const folder = await navigator.storage.getDirectory();
  return [await folder.getFileHandle("kept.mp4")];
}"""
WRITE = """async () => {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle("kept.mp4", { create: true });
  const writable = await handle.createWritable();
  await writable.write(document.querySelector("#probe").files[0]);
  await writable.close();
}"""
INPUT = """() => document.body.append(Object.assign(document.createElement("input"), { type: "file", id: "probe" }))"""


class Restartable:
    """A service whose only instance can be ended and started anew, at the same address, with the same container."""

    def __init__(self, azurite: str) -> None:
        self._azurite = azurite
        self._settings = {"port": free_port(), "azure_storage_container_name": f"videos-{uuid.uuid4().hex[:12]}"}
        self._running = ExitStack()
        self.server = self.start()

    def start(self) -> Server:
        return self._running.enter_context(running_server(self._azurite, **self._settings))

    def kill(self) -> None:
        """End it in the middle of what it does: asked to stop, it would take the upload to its end."""
        for process in [psutil.Process(self.server.pid), *self.server.workers]:
            process.kill()
        self.stop()

    def stop(self) -> None:
        self._running.close()


@pytest.fixture
def service(azurite: str) -> Iterator[Restartable]:
    service = Restartable(azurite)
    yield service
    service.stop()


@pytest.fixture
def context(browser: Browser, pages: Server) -> Iterator[BrowserContext]:
    """What tabs of one person share: what the browser remembers."""
    with browser.new_context(base_url=pages.url) as context:
        yield context


def begin(page: Page, path: Path) -> None:
    """Have a part of the file sent, and the rest still to come."""
    page.goto("/")
    slow_down(page)
    choose(page, path)
    has_begun(page, path.name)


def test_without_a_network_it_waits_and_then_goes_on_by_itself(page: Page, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "offline.mp4")
    begin(page, path)
    go_offline(page)
    expect(line(page, path.name).locator(".state")).to_have_text("Waiting for the network")
    expect(page.locator(".tray header")).to_contain_text("Waiting for the network")
    sent = methods_of_uploads(page)
    slow_down(page, bytes_a_second=0)
    is_stored(page, pages, path)
    assert "POST" not in sent


def test_a_restarted_server_takes_the_rest(browser: Browser, service: Restartable, tmp_path: Path) -> None:
    path = write_video(tmp_path, "restarted.mp4")
    with browser.new_context(base_url=service.server.url) as context:
        page = context.new_page()
        begin(page, path)
        sent = methods_of_uploads(page)
        service.kill()
        expect(line(page, path.name).locator(".state")).to_have_text("Interrupted; trying again", timeout=PATIENCE)
        service.server = service.start()
        slow_down(page, bytes_a_second=0)
        is_stored(page, service.server, path)
        assert "POST" not in sent


def test_a_tab_that_was_closed_goes_on_when_the_file_is_chosen_again(
    context: BrowserContext, pages: Server, tmp_path: Path
) -> None:
    path = write_video(tmp_path, "closed.mp4")
    other = write_video(tmp_path, "another.mp4", seed=1)
    page = context.new_page()
    begin(page, path)
    page.close()
    page = context.new_page()
    sent = methods_of_uploads(page)
    page.goto("/")
    expect(line(page, path.name)).to_have_attribute("data-state", "asleep")
    with page.expect_file_chooser() as chooser:
        press(page, "Choose the file", path.name)
    chooser.value.set_files(other)
    expect(line(page, path.name).locator(".state")).to_have_text(
        "This is another file than the one that the upload began with."
    )
    with page.expect_file_chooser() as chooser:
        press(page, "Choose the file", path.name)
    chooser.value.set_files(path)
    is_stored(page, pages, path)
    assert "POST" not in sent


def test_a_file_chosen_the_usual_way_is_known_again(context: BrowserContext, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "known.mp4")
    page = context.new_page()
    begin(page, path)
    page.reload()
    expect(line(page, path.name)).to_have_attribute("data-state", "asleep")
    sent = methods_of_uploads(page)
    choose(page, path)
    is_stored(page, pages, path)
    expect(page.locator(".tray li")).to_have_count(1)
    assert "POST" not in sent


def test_a_tab_that_crashed_goes_on_by_itself_where_the_browser_gives_the_file(
    context: BrowserContext, pages: Server, tmp_path: Path
) -> None:
    path = write_video(tmp_path, "kept.mp4")
    context.add_init_script(PICKER)
    page = context.new_page()
    page.goto("/")
    page.evaluate(INPUT)
    page.set_input_files("#probe", path)
    page.evaluate(WRITE)
    slow_down(page)
    page.get_by_role("button", name="Choose files").click()
    has_begun(page, path.name)
    with page.expect_event("crash"), suppress(Error):  # Nothing answers any more.
        page.goto("chrome://crash")
    page = context.new_page()
    sent = methods_of_uploads(page)
    page.goto("/")
    is_stored(page, pages, path)
    assert "POST" not in sent


def test_what_was_cancelled_while_its_file_was_away_is_forgotten(
    context: BrowserContext, pages: Server, tmp_path: Path
) -> None:
    path = write_video(tmp_path, "forgotten.mp4")
    page = context.new_page()
    begin(page, path)
    page.reload()
    sent = methods_of_uploads(page)
    press(page, "Cancel", path.name)
    expect(line(page, path.name)).to_have_attribute("data-state", "cancelled")
    page.wait_for_function("() => indexedDB.databases().then((all) => all.length > 0)")
    page.reload()
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()
    expect(page.locator(".tray")).to_have_count(0)
    assert "DELETE" in sent
    assert not [name for name in pages.blob_names() if name.endswith("_forgotten.mp4")]


def test_an_upload_belongs_to_one_tab_at_a_time(context: BrowserContext, tmp_path: Path) -> None:
    path = write_video(tmp_path, "owned.mp4")
    page = context.new_page()
    begin(page, path)
    other = context.new_page()
    other.goto("/")
    expect(other.get_by_role("button", name="Choose files")).to_be_visible()
    expect(other.locator(".tray")).to_have_count(0)


def test_a_renamed_file_is_known_by_its_content_and_keeps_the_title_it_was_given(
    context: BrowserContext, pages: Server, tmp_path: Path
) -> None:
    path = write_video(tmp_path, "before.mp4")
    page = context.new_page()
    begin(page, path)
    page.get_by_label(f"Title of {path.name}").fill("Named before the reload")
    page.keyboard.press("Enter")
    page.reload()
    expect(line(page, path.name)).to_have_attribute("data-state", "asleep")
    renamed = path.rename(tmp_path / "after.mp4")
    choose(page, renamed)
    expect(line(page, path.name)).to_have_attribute("data-state", "stored", timeout=PATIENCE)
    expect(page.locator(".tray li")).to_have_count(1)
    link = line(page, path.name).get_by_role("link")
    expect(link).to_have_text("Named before the reload")
    assert pages.content((link.get_attribute("href") or "").removeprefix("/videos/")) == renamed.read_bytes()


def test_an_upload_that_has_ended_meanwhile_begins_again(
    context: BrowserContext, pages: Server, tmp_path: Path
) -> None:
    path = write_video(tmp_path, "ended.mp4")
    page = context.new_page()
    addresses: list[str] = []
    page.on("request", lambda asked: addresses.append(asked.url) if asked.method == "PATCH" else None)
    begin(page, path)
    page.reload()
    expect(line(page, path.name)).to_have_attribute("data-state", "asleep")
    requests.delete(addresses[0], headers={"Tus-Resumable": "1.0.0"}, timeout=30).raise_for_status()
    choose(page, path)
    is_stored(page, pages, path)
