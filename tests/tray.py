"""What the tests of uploading share: slow lines, the tray's lines, and a picker's way in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, Request, Response, expect

from tests.server import Server
from tests.videos import mp4

MB = 1_000_000
PATIENCE = 30_000


def write_video(folder: Path, name: str, *, size: int = 6 * MB, seed: int = 0) -> Path:
    """A file that is taken for a video, with content of its own."""
    path = folder / name
    path.write_bytes(mp4(size, seed=seed))
    return path


def slow_down(page: Page, *, bytes_a_second: int = 2 * MB) -> None:
    """Let the page send no faster than that from now on; 0 lifts the limit."""
    session = page.context.new_cdp_session(page)
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second or -1}
    session.send("Network.emulateNetworkConditions", limits)


def methods_of_uploads(page: Page) -> list[str]:
    """The methods of what the page sends to the upload door from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if "/api/upload" in request.url:
            sent.append(request.method)

    page.on("request", note)
    return sent


def block_addresses(page: Page) -> list[str]:
    """Where the page puts blocks from now on, straight into storage."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "PUT" and "comp=block" in request.url:
            sent.append(request.url)

    page.on("request", note)
    return sent


@contextmanager
def blocks_let_through(page: Page, *, count: int) -> Iterator[None]:
    """Let the page, which begins an upload in this block, put so many blocks into storage and no more.

    It ends when storage has them; the page believes the others to be under way. A slow line would not do: while a busy
    machine is about to press "Pause", all of them can arrive.
    """
    left, stored = iter(range(count)), set[str]()

    def all_are_stored(answer: Response) -> bool:
        if "comp=block" in answer.url and answer.status == 201:
            stored.add(answer.url)
        return len(stored) == count

    page.route("**/*comp=block*", lambda route: None if next(left, None) is None else route.continue_())
    with page.expect_response(all_are_stored):
        yield


def choose(page: Page, *paths: Path) -> None:
    """Hand files over as a picker does."""
    page.locator("#files").set_input_files(list(paths))


def drag(page: Page, *paths: Path, ends: str) -> None:
    """Drag files and folders over the page as a hand does, and hold them there (`dragOver`) or let them `drop`."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for step in ("dragEnter", "dragOver", *([ends] if ends == "drop" else [])):
        session.send("Input.dispatchDragEvent", {"type": step, "x": 200, "y": 200, "data": data})
    session.detach()


def line(page: Page, name: str) -> Locator:
    """A file's line in the tray."""
    return page.locator(".tray li", has_text=name)


def press(page: Page | Locator, act: str, name: str) -> None:
    """Press a button of a line."""
    page.get_by_role("button", name=f"{act}: {name}", exact=True).click()


def has_begun(page: Page, name: str) -> None:
    """Wait until some of the file has been sent."""
    bars = "[...document.querySelectorAll('.tray progress')]"
    page.wait_for_function(f"name => {bars}.some((bar) => bar.ariaLabel === name && bar.value > 0)", arg=name)


def blob_of(page: Page, name: str) -> str:
    """Wait until the file of a line is stored; returns the name of its blob."""
    expect(line(page, name)).to_have_attribute("data-state", "stored", timeout=PATIENCE)
    href = line(page, name).locator("a.title").get_attribute("href") or ""
    return href.removeprefix("/videos/")


def is_stored(page: Page, server: Server, path: Path) -> None:
    """Wait until the file is stored, and see that storage has just its bytes, once."""
    name = blob_of(page, path.name)
    assert server.content(name) == path.read_bytes()
    original = name.partition("_")[2].partition("_")[2]
    assert [each for each in server.blob_names() if each.endswith(f"_{original}")] == [name]
