"""A folder is taken in by a real server and by the command, also when they are killed in the middle."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.server import ROOT, Server, eventually, running_server
from tests.shelf import LOOKS, barriers
from tests.videos import mp4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "films"
    found.mkdir()
    return found


@pytest.fixture
def server(azurite: str, folder: Path) -> Iterator[Server]:
    """A server that does no jobs by itself."""
    with running_server(azurite, migration_dir=folder) as running:
        yield running


def fill(folder: Path, count: int, *, size: int = 3000) -> None:
    for number in range(count):
        (folder / f"film {number}.mp4").write_bytes(mp4(size) + number.to_bytes(4, "big"))


def listed(server: Server) -> Counter[str]:
    videos = requests.get(f"{server.url}/api/videos?limit=200", timeout=30).json()["videos"]
    return Counter(video["original_name"] for video in videos)


def test_the_command_takes_a_folder_in_and_says_what_became_of_it(server: Server, folder: Path) -> None:
    fill(folder, 5)
    (folder / "notes.txt").write_text("no film")
    (folder / "sub").mkdir()
    assert "5 new" in server.flask("migrate", "--dry-run")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        server.flask("migrate", str(folder))
    assert caught.value.returncode == 2
    assert "notes.txt: refused: " in caught.value.stdout
    assert "1 refused, 5 taken" in caught.value.stdout
    (folder / "notes.txt").unlink()
    assert "5 known" in server.flask("migrate", str(folder))
    assert listed(server) == Counter(f"film {number}.mp4" for number in range(5))
    with pytest.raises(subprocess.CalledProcessError) as caught:
        server.flask("migrate", "/etc")
    assert "below it" in caught.value.stderr


def test_a_killed_command_is_gone_on_with_and_nothing_comes_twice(server: Server, folder: Path) -> None:
    fill(folder, 120, size=200_000)
    command = ["flask", "--app", "app", "migrate", str(folder), "--batch-size", "5"]
    with subprocess.Popen(command, cwd=ROOT, env=dict(server.environment), stderr=subprocess.DEVNULL) as running:
        eventually(lambda: len(server.blob_names()) >= 7, patience=60)
        killed = [*psutil.Process(running.pid).children(recursive=True), psutil.Process(running.pid)]
        for process in killed:
            process.kill()
    before = len(server.blob_names())
    assert before < 120, "It was too quick to be killed: nothing was tried."
    # The job is free again half a minute after its last sign of life.
    assert "120 taken" in server.flask("migrate", str(folder))
    assert listed(server) == Counter(f"film {number}.mp4" for number in range(120))
    assert len(server.blob_names(uncommitted=True)) == 120


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_pages_of_migration_have_no_barrier_in_any_look(
    browser: Browser, server: Server, folder: Path, scheme: Any, width: int
) -> None:
    fill(folder, 2)
    (folder / ("a long name of notes " * 8 + ".txt")).write_text("no film")
    with browser.new_context(
        base_url=server.url, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    ) as context:
        page = context.new_page()
        page.goto("/migration")
        page.get_by_role("button", name="Look first").click()
        expect(page.get_by_text("2 new files.")).to_be_visible()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("button", name="Take it in").click()
        expect(page.get_by_text("Waits for a worker.")).to_be_visible()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
