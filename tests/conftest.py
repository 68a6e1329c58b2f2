"""The real parts that tests share: storage, a browser, Node.js."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts.azurite import running_azurite
from scripts.chromium import ARGUMENTS, find_chromium, is_required
from scripts.node import find_node

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The connection string of the session's Azurite. Tests keep apart by containers of their own.

    It keeps its data in a folder. In memory each write is an extent of its own, and ten minutes after its start Azurite
    clears away those that are not used any more, one by one: it answers nobody for minutes when there are thousands.
    """
    with running_azurite(location=tmp_path_factory.mktemp("azurite")) as running:
        yield running.connection_string


@pytest.fixture(scope="session")
def node() -> Path:
    """The Node.js to run JavaScript tests with."""
    return find_node(ROOT).node


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The Chromium of the browser tests; without one they are skipped, or fail when REQUIRE_BROWSER=1."""
    path = find_chromium()
    if path is None:
        give_up = pytest.fail if is_required() else pytest.skip
        give_up("No Chromium. Install one, or name it in CHROMIUM_PATH.")
    return path


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """A headless browser; each test opens a context of its own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(ARGUMENTS))
        yield browser
        browser.close()
