"""Imports on a real server with a worker: what is cancelled ends, with all that it has started."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from tests.film_site import Site, endless, page, running_site
from tests.media_films import make_film
from tests.server import Server, eventually, running_server


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running_site() as found:
        yield found


@pytest.fixture(scope="module")
def server(azurite: str, site: Site) -> Iterator[Server]:
    with running_server(azurite, worker_concurrency=1, egress_allow_hosts=site.host) as server:
        yield server


def readers() -> list[psutil.Process]:
    """What of yt-dlp runs below this process."""
    found = []
    for each in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if "yt_dlp" in each.cmdline():
                found.append(each)
    return found


def test_a_film_without_an_end_is_told_of_while_it_comes_and_ends_when_it_is_cancelled(
    server: Server, site: Site, tmp_path: Path
) -> None:
    film = make_film(tmp_path / "h264.mp4").read_bytes()
    site.pages["/watch"] = page("<html><title>The sea</title><body><video src='/film.mp4'></video></body></html>")
    site.pages["/film.mp4"] = endless(film)
    begun = requests.post(f"{server.url}/api/imports", json={"url": site.url("/watch")}, timeout=30).json()["import"]
    address = f"{server.url}/api/imports/{begun['id']}"
    eventually(lambda: (requests.get(address, timeout=30).json()["speed"] or 0) > 0, patience=60)
    assert readers()
    assert requests.post(f"{address}/cancel", timeout=30).json()["state"] == "cancelled"
    eventually(lambda: readers() == [], patience=60)
    assert requests.get(f"{server.url}/api/videos", timeout=30).json()["videos"] == []
