"""Films with captions that a machine has made, and the editor open on them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from azure.storage.blob import BlobServiceClient
from playwright.sync_api import Page, expect

from tests.films import write_film
from tests.server import Server
from tests.shelf import stored

AUTOMATIC = """WEBVTT

00:00:01.000 --> 00:00:03.000
<v Ines>You can see the <c.low>grease</c> line.

00:00:03.500 --> 00:00:04.200
<v Ines>The second bolt is the one to watch.

00:00:05.000 --> 00:00:08.000 line:5%
Listen. The limit of the manufacturer is one whole millimetre.

00:00:09.000 --> 00:00:12.000
<v Jonas>So it stays in service.
"""
DRAFT = "Draft saved, only you see it"
"""What the editor says once a draft is kept."""
Made = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of 20 seconds."""
    path = tmp_path_factory.mktemp("films") / "harbour.mp4"
    write_film(path, seconds=20)
    return path


@pytest.fixture
def made(pages: Server, short: Path) -> Made:
    """Puts a film into the library with captions that a machine has made of it."""

    def make(title: str, words: str | None = AUTOMATIC) -> dict[str, Any]:
        video = stored(pages, short, title=title, processed=False)
        if words is not None:
            answer = requests.put(f"{address(pages, video)}", data=words.encode(), headers=TYPED, timeout=30)
            assert answer.ok, answer.text
            mark(pages, video, origin="auto")
        return video

    return make


TYPED = {"Content-Type": "text/vtt"}


def address(server: Server, video: dict[str, Any]) -> str:
    """Where the English captions of a film are."""
    return f"{server.url}{video['links']['self']}/captions/en"


def mark(server: Server, video: dict[str, Any], *, origin: str) -> None:
    """Say in storage who made the English captions."""
    service = BlobServiceClient.from_connection_string(server.connection_string, api_version="2025-11-05")
    with service, service.get_container_client(f"{server.container_name}-tracks") as container:
        blob = container.get_blob_client(f"{video['id']}/captions/en-captions.vtt")
        blob.set_blob_metadata({"origin": origin})
    requests.get(address(server, video), timeout=30)


def opened(page: Page, video: dict[str, Any], *, cues: int = 4, query: str = "") -> Page:
    """The editor, once all that it shows is there."""
    page.goto(f"{video['links']['page']}/captions{query}")
    expect(page.locator(".editor-count")).to_have_text(f"{cues} cue{'' if cues == 1 else 's'}")
    return page


def state(page: Page, text: str) -> None:
    """Wait until the editor says this of the draft."""
    expect(page.locator(".editor-state")).to_have_text(text)


def words(page: Page) -> list[str]:
    """What the lines of the list say."""
    return [" ".join(each.split()) for each in page.locator(".cue-line .words").all_text_contents()]


def fetched(server: Server, video: dict[str, Any]) -> str:
    """The published file."""
    return requests.get(address(server, video), timeout=30).text
