"""Servers, a film and pages that several of these tests use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.films import write_film
from tests.server import Server, running_server


@pytest.fixture(scope="session")
def server(azurite: str) -> Iterator[Server]:
    """A server with small blocks, so that small files have several."""
    with running_server(azurite, upload_block_mb=1) as running:
        yield running


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film that browsers play, of 20 seconds."""
    path = tmp_path_factory.mktemp("films") / "holiday film.mp4"
    write_film(path, seconds=20)
    return path


@pytest.fixture(scope="module")
def pages(azurite: str) -> Iterator[Server]:
    """A server of the module's own, for where it matters what is listed."""
    with running_server(azurite) as running:
        yield running


@pytest.fixture
def page(browser: Browser, pages: Server) -> Iterator[Page]:
    """A page with scripts, on which no error may happen, and from which nothing may be asked of another origin."""
    with browser.new_context(base_url=pages.url, permissions=["clipboard-read", "clipboard-write"]) as context:
        opened = context.new_page()
        wrong: list[str] = []
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        opened.on("request", lambda asked: None if _is_ours(asked.url, pages.url) else wrong.append(asked.url))
        yield opened
        assert wrong == []


def _is_ours(url: str, origin: str) -> bool:
    return url.startswith((origin, "blob:", "data:"))
