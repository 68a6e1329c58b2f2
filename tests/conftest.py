"""The real parts that tests share: storage, a browser, Node.js."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bcrypt
import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from werkzeug.routing.rules import Rule

from scripts.azurite import running_azurite
from scripts.chromium import ARGUMENTS, find_chromium, is_required
from scripts.node import find_node

ROOT = Path(__file__).resolve().parent.parent
_MOST_WORKERS = 4
_FIRST = ("fire", "e2e")
_PATIENCE_MS = 20_000
"""Milliseconds that a page may take to show what is expected: a machine may be busy with other tests."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many tests `-n auto` runs at once: one more than processors, for many wait for their servers.

    Each worker has an Azurite, a browser and servers of its own.
    """
    return min((os.cpu_count() or 1) + 1, _MOST_WORKERS)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave most of what meets whole servers, and PostgreSQL's half of what meets both databases, to `make check`.

    And where there are several workers begin with what takes longest: what is left at the end then keeps all of them
    busy.
    """
    for item in items:
        if _folder(item) == "e2e" and not item.get_closest_marker("walk"):
            item.add_marker(pytest.mark.whole)
        if item.get_closest_marker("whole") or _is_on_postgres(item):
            item.add_marker(pytest.mark.thorough)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _FIRST.index(_folder(item)) if _folder(item) in _FIRST else len(_FIRST))


def _is_on_postgres(item: pytest.Item) -> bool:
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    return "postgresql" in parameters.values()


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(ROOT / "tests").parts[0]


@pytest.fixture(scope="session", autouse=True)
def _addresses_are_compiled_once() -> Iterator[None]:
    """Werkzeug compiles what builds each of 300 addresses for every app anew: 65 ms of the 90 that making one takes."""
    plain, compiled = Rule._compile_builder, {}

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = plain(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture(scope="session")
def azurite() -> Iterator[str]:
    """The connection string of the session's Azurite. Tests keep apart by containers of their own.

    It keeps its data in a folder. In memory each write is an extent of its own, and ten minutes after its start Azurite
    clears away those that are not used any more, one by one: it answers nobody for minutes when there are thousands.
    """
    with (
        tempfile.TemporaryDirectory(prefix="reelgate-test-azurite-") as folder,
        running_azurite(location=Path(folder)) as running,
    ):
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
        expect.set_options(timeout=_PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of passwords that cost little: tests make many, and are not about what they cost."""
    nobodys = bcrypt.hashpw(b"nobody knows it", bcrypt.gensalt(4))
    monkeypatch.setattr("services.accounts.passwords._COST", 4)
    monkeypatch.setattr("services.accounts.passwords._NOBODYS", nobodys)
