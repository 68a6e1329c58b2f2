"""What interrupts an upload on the page: networks, servers, closed tabs. In the end the file is stored, as it is."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from scripts.ports import held_port
from tests.server import Server, eventually, running_server
from tests.tray import (
    MB,
    PATIENCE,
    blob_of,
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

# A handle that is kept, as a picker gives it out: of a file in the browser's own file system, which needs no leave.
PICKER = """(() => {
  window.showOpenFilePicker = async () => {
    const folder = await navigator.storage.getDirectory();
    return [await folder.getFileHandle("kept.mp4")];
  };
})()"""
KEEP = """async (head) => {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle("kept.mp4", { create: true });
  const stream = await handle.createWritable();
  await stream.write(Uint8Array.from(head));
  for (let part = 0; part < 6; part += 1) await stream.write(new Uint8Array(1000000).fill(part));
  await stream.close();
}"""


@pytest.fixture
def context(browser: Browser, pages: Server) -> Iterator[BrowserContext]:
    """A browser's profile, in which one page may follow another."""
    with browser.new_context(base_url=pages.url) as context:
        yield context


def opened(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/")
    return page


def begun(page: Page, path: Path) -> None:
    slow_down(page, bytes_a_second=MB)  # On a busy machine, too, some is left to send when the interruption comes.
    choose(page, path)
    has_begun(page, path.name)


def leave(page: Page, server: Server) -> None:
    """Close a page in the middle of an upload. The server stands still meanwhile, or it would be sent the rest."""
    workers = server.workers
    for worker in workers:
        worker.suspend()
    page.close()
    for worker in workers:
        worker.resume()


def bytes_received(server: Server) -> int:
    """How many bytes of uploads' bodies the server has read so far, by its log."""
    return sum(map(int, re.findall(r"PATCH /api/uploads/\S+ \d+ in=(\d+)", server.log)))


def test_a_lost_network_is_waited_for(context: BrowserContext, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "offline.mp4")
    page = opened(context)
    begun(page, path)
    context.set_offline(True)
    expect(line(page, path.name).locator(".state")).to_have_text("Waiting for the network")
    expect(page.locator(".tray header p")).to_have_text("Waiting for the network")
    context.set_offline(False)
    slow_down(page, bytes_a_second=0)
    is_stored(page, pages, path)


@contextmanager
def on_port(port: int, azurite: str, **settings: object) -> Iterator[Server]:
    with running_server(azurite, port=port, azure_storage_container_name="restarts", **settings) as server:
        yield server


def test_a_server_that_restarts_is_waited_for(browser: Browser, azurite: str, tmp_path: Path) -> None:
    path = write_video(tmp_path, "restart.mp4")
    with held_port() as port, browser.new_context() as context:
        page = context.new_page()
        with on_port(port, azurite) as server:
            page.goto(server.url)
            begun(page, path)
            for worker in server.workers:
                worker.kill()
        with on_port(port, azurite) as server:
            slow_down(page, bytes_a_second=0)
            is_stored(page, server, path)


def test_a_closed_tab_is_remembered_and_the_same_file_goes_on(
    context: BrowserContext, pages: Server, tmp_path: Path
) -> None:
    path = write_video(tmp_path, "closed.mp4", size=30 * MB)
    page = opened(context)
    begun(page, path)
    page.get_by_label(f"Title of {path.name}").fill("Named before the crash")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.tray li progress').value > 3_000_000")
    leave(page, pages)

    page = opened(context)
    sleeping = line(page, path.name)
    expect(sleeping.locator(".state")).to_have_text(
        re.compile(r"\d+(\.\d)? MB of 30 MB are stored\. Choose the file again"), timeout=PATIENCE
    )
    other = write_video(tmp_path, "other.mp4", size=30 * MB, seed=7)
    with page.expect_file_chooser() as chooser:
        press(page, "Choose the file", path.name)
    chooser.value.set_files(other)
    expect(sleeping.locator(".state")).to_have_text("This is not the file that the upload began with.")
    before = bytes_received(pages)
    with page.expect_file_chooser() as chooser:
        press(page, "Choose the file", path.name)
    chooser.value.set_files(path)
    is_stored(page, pages, path)
    expect(sleeping.locator("a.title")).to_have_text("Named before the crash")
    eventually(lambda: bytes_received(pages) > before)  # The log tells of a request once its answer is out.
    assert bytes_received(pages) - before <= path.stat().st_size - 1_000_000

    page.reload()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".tray")).to_have_count(0)


def test_a_file_that_is_dropped_in_again_goes_on_too(context: BrowserContext, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "again.mp4")
    page = opened(context)
    begun(page, path)
    press(page, "Pause", path.name)  # Nothing of it may arrive after this.
    leave(page, pages)
    page = opened(context)
    expect(line(page, path.name)).to_have_attribute("data-state", "asleep")
    renamed = path.rename(tmp_path / "again, under another name.mp4")
    choose(page, renamed)
    blob = blob_of(page, path.name)
    expect(page.locator(".tray li")).to_have_count(1)
    assert pages.content(blob) == renamed.read_bytes()


def begun_with_handle(context: BrowserContext, film: Path) -> Page:
    """A page that has begun to send a file of which it has a handle."""
    context.add_init_script(PICKER)
    page = opened(context)
    page.evaluate(KEEP, list(film.read_bytes()[:4000]))
    slow_down(page)
    # An empty library has that button as well, which another test may have filled.
    page.get_by_role("link", name="Upload", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Choose files").click()
    has_begun(page, "kept.mp4")
    return page


def test_with_a_handle_a_reload_goes_on_by_itself(context: BrowserContext, pages: Server, film: Path) -> None:
    page = begun_with_handle(context, film)
    leave(page, pages)
    page = opened(context)
    content = pages.content(blob_of(page, "kept.mp4"))
    assert content == film.read_bytes()[:4000] + b"".join(bytes([part]) * MB for part in range(6))


def test_a_page_that_crashes_takes_nothing_along(context: BrowserContext, pages: Server, film: Path) -> None:
    page = begun_with_handle(context, film)
    with page.expect_event("crash"), suppress(Error):  # Nothing answers any more.
        page.goto("chrome://crash")
    page = context.new_page()
    sent = methods_of_uploads(page)
    page.goto("/")
    expect(line(page, "kept.mp4")).to_have_attribute("data-state", "stored", timeout=PATIENCE)
    assert "POST" not in sent


def test_a_file_written_anew_under_the_same_name_and_time_is_another(
    context: BrowserContext, pages: Server, tmp_path: Path
) -> None:
    path = write_video(tmp_path, "rewritten.mp4")
    before = path.stat()
    page = opened(context)
    begun(page, path)
    press(page, "Pause", path.name)  # Nothing of it may arrive after this.
    leave(page, pages)
    write_video(tmp_path, path.name, seed=7)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    page = opened(context)
    with page.expect_file_chooser() as chooser:
        press(page, "Choose the file", path.name)
    chooser.value.set_files(path)
    expect(line(page, path.name).locator(".state")).to_have_text("This is not the file that the upload began with.")
    assert not [name for name in pages.blob_names() if name.endswith("_rewritten.mp4")]


def test_what_arrived_whole_is_stored_without_its_file(context: BrowserContext, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "arrived.mp4")
    page = opened(context)
    addresses: list[str] = []
    page.on("request", lambda asked: addresses.append(asked.url) if asked.method == "PATCH" else None)
    begun(page, path)
    leave(page, pages)
    send_rest(addresses[0], path)
    page = opened(context)
    is_stored(page, pages, path)
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".tray")).to_have_count(0)


def send_rest(url: str, path: Path) -> None:
    """Send what is missing of an upload, as its page would have."""
    headers = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}

    def sent() -> bool:
        offset = requests.head(url, headers=headers, timeout=30).headers["Upload-Offset"]
        rest = path.read_bytes()[int(offset) :]
        return requests.patch(url, data=rest, headers=headers | {"Upload-Offset": offset}, timeout=30).ok

    eventually(sent)  # The page's own request may hold the upload for a moment yet.


def test_an_upload_that_has_ended_meanwhile_begins_again(
    context: BrowserContext, pages: Server, tmp_path: Path
) -> None:
    path = write_video(tmp_path, "ended.mp4", size=9 * MB)
    page = opened(context)
    addresses: list[str] = []
    page.on("request", lambda asked: addresses.append(asked.url) if asked.method == "PATCH" else None)
    begun(page, path)
    press(page, "Pause", path.name)  # Nothing of it may arrive after this.
    leave(page, pages)
    page = opened(context)
    expect(line(page, path.name).locator(".state")).to_have_text(re.compile(r"[0-8]\S* \w+ of 9\.0 MB are stored"))
    status = page.evaluate(
        "url => fetch(url, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' } }).then(({ status }) => status)",
        addresses[0],
    )
    assert status == 204
    choose(page, path)
    is_stored(page, pages, path)


def test_two_tabs_do_not_show_each_others_uploads(context: BrowserContext, tmp_path: Path) -> None:
    path = write_video(tmp_path, "mine.mp4")
    page = opened(context)
    begun(page, path)
    other = opened(context)
    expect(other.locator("h1")).to_be_visible()
    other.wait_for_function("() => navigator.locks.query().then(({ held }) => held.length > 0)")
    expect(other.locator(".tray")).to_have_count(0)


def test_a_sleeping_upload_can_be_given_up(context: BrowserContext, pages: Server, tmp_path: Path) -> None:
    path = write_video(tmp_path, "given-up.mp4", size=40 * MB)  # On a busy machine, too, some is left to give up.
    page = opened(context)
    begun(page, path)
    leave(page, pages)
    page = opened(context)
    with page.expect_request(lambda asked: asked.method == "DELETE") as ended:
        press(page, "Cancel", path.name)
    assert ended.value.response() is not None
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".tray")).to_have_count(0)


def test_a_file_that_is_changed_meanwhile_ends_with_a_word(context: BrowserContext, tmp_path: Path) -> None:
    path = write_video(tmp_path, "changed.mp4", size=40 * MB)
    page = opened(context)
    begun(page, path)
    path.write_bytes(b"another film")
    context.set_offline(True)
    context.set_offline(False)
    expect(line(page, path.name).locator(".state")).to_have_text(
        "The file can no longer be read: it was moved, deleted or changed.", timeout=PATIENCE
    )
