"""A real cache before storage: films, pictures and segments come through it, and nothing that is not signed."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from azure.storage.blob import BlobServiceClient, CorsRule
from playwright.sync_api import Browser, expect

from tests.cdn import running_cdn
from tests.server import Server, eventually, running_server

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def cdn(azurite: str) -> Iterator[str]:
    with BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05") as service:
        rule = CorsRule(["*"], ["GET", "HEAD"], allowed_headers=["*"], exposed_headers=["*"], max_age_in_seconds=60)
        service.set_service_properties(cors=[rule])
        endpoint = f"{service.scheme}://{service.primary_hostname}"
        with running_cdn(endpoint) as address:
            yield address
        service.set_service_properties(cors=[])


@pytest.fixture(scope="module")
def server(azurite: str, cdn: str) -> Iterator[Server]:
    with running_server(azurite, worker_concurrency=1, playback_mode="redirect", cdn_endpoint=cdn) as running:
        yield running


@pytest.fixture(scope="module")
def video(server: Server, film: Path) -> dict[str, Any]:
    """A film with pictures and renditions."""
    stored = requests.put(f"{server.url}/api/upload/film.mp4", data=film.read_bytes(), timeout=60).json()
    address = f"{server.url}{stored['links']['self']}"
    requests.post(f"{address}/process", json={"kinds": ["poster", "hls"]}, timeout=30).raise_for_status()

    eventually(lambda: all(one(address)[each] for each in ("poster", "hls", "renditions")), patience=120)
    return one(address)


def one(address: str) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(address, timeout=30).json()
    return found


def way(url: str) -> requests.Response:
    answer = requests.get(url, timeout=60, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer


def test_a_film_comes_through_the_cdn_which_fetches_it_once_for_all(
    video: dict[str, Any], cdn: str, film: Path
) -> None:
    content = film.read_bytes()
    with ExitStack() as stack:
        viewers = [stack.enter_context(requests.Session()) for _ in range(2)]
        addresses = {way(video["url"]).headers["Location"] for _ in viewers}
        address = addresses.pop()
        assert address.startswith(f"{cdn}/")
        first = viewers[0].get(address, headers={"Range": "bytes=10-99"}, timeout=60)
        assert (first.status_code, first.content) == (206, content[10:100])
        again = viewers[1].get(address, headers={"Range": "bytes=10-99"}, timeout=60)
        assert (again.content, again.headers["X-Cache"]) == (content[10:100], "HIT")
        assert again.headers["Cache-Control"] == "public, max-age=60"
        assert viewers[1].get(address, timeout=60).content == content


def test_whoever_asks_first_every_page_may_read_what_is_kept(video: dict[str, Any]) -> None:
    address = way(video["url"]).headers["Location"]
    for origin in (None, "https://one.example", "https://other.example"):
        headers = {"Range": "bytes=100-199"} | ({"Origin": origin} if origin else {})
        answer = requests.get(address, headers=headers, timeout=60)
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (206, "*")


def test_who_has_no_signature_or_another_gets_nothing_though_the_film_is_kept(video: dict[str, Any]) -> None:
    address = way(video["url"]).headers["Location"]
    assert requests.get(address, timeout=60).status_code == 200
    bare = address.partition("?")[0]
    assert requests.get(bare, timeout=60).status_code in {403, 404}
    head, _, signature = address.partition("sig=")
    assert requests.get(f"{head}sig=A{signature[1:]}A", timeout=60).status_code == 403


def test_pictures_and_segments_come_through_the_cdn_and_playlists_from_here(
    server: Server, video: dict[str, Any], cdn: str
) -> None:
    picture = way(f"{server.url}{video['poster']}")
    assert picture.headers["Location"].startswith(f"{cdn}/")
    assert picture.headers["Cache-Control"] == "private, max-age=60"
    shown = requests.get(picture.headers["Location"], timeout=60)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/webp")
    master = requests.get(f"{server.url}{video['hls']}", timeout=60)
    assert master.status_code == 200
    playlist = next(line for line in master.text.splitlines() if line and not line.startswith("#"))
    parts = requests.get(url := urljoin(master.url, playlist), timeout=60).text
    segment = next(line for line in parts.splitlines() if line.endswith(".m4s"))
    address = way(urljoin(url, segment)).headers["Location"]
    assert address.startswith(f"{cdn}/")
    assert len(requests.get(address, timeout=60).content) > 1000


@pytest.mark.browser
def test_a_page_shows_and_plays_what_comes_through_the_cdn(
    browser: Browser, server: Server, video: dict[str, Any], cdn: str
) -> None:
    with browser.new_context(base_url=server.url) as context:
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
        asked: list[str] = []
        page.on("response", lambda answer: asked.append(answer.url) if answer.ok else None)
        page.goto("/")
        expect(page.locator("main img[src*=poster]").first).not_to_have_js_property("naturalWidth", 0)
        page.goto(video["links"]["page"])
        page.locator("video").evaluate("(each) => { each.muted = true; return each.play(); }")
        expect(page.locator("video")).not_to_have_js_property("currentTime", 0)
        assert refused == []
        assert len({urlsplit(each).path for each in asked if each.startswith(cdn)}) >= 2


def test_without_a_cdn_pictures_come_from_here(azurite: str, film: Path) -> None:
    with running_server(azurite, playback_mode="redirect", worker_concurrency=1) as plain:
        stored = requests.put(f"{plain.url}/api/upload/film.mp4", data=film.read_bytes(), timeout=60).json()
        address = f"{plain.url}{stored['links']['self']}"
        eventually(lambda: bool(one(address)["poster"]), patience=60)
        answer = requests.get(f"{plain.url}{one(address)['poster']}", timeout=30, allow_redirects=False)
        assert answer.status_code == 200
