"""Storage goes away and comes back: what is refused at once, what waits, and what is not disturbed."""

import threading
from collections.abc import Iterator

import pytest
import requests

from tests.fault_proxy import FaultProxy, running_fault_proxy
from tests.server import Server, eventually, running_server
from tests.videos import mp4


@pytest.fixture
def proxy(azurite: str) -> Iterator[FaultProxy]:
    with running_fault_proxy(azurite) as running:
        yield running


def put(server: Server, content: bytes) -> requests.Response:
    return requests.put(f"{server.url}/api/upload/film.mp4", data=content, timeout=60)


def test_an_outage_is_answered_at_once_and_heals_by_itself(proxy: FaultProxy) -> None:
    with running_server(proxy.connection_string, storage_timeout_seconds=3) as server:
        video_id = put(server, mp4(1000)).json()["id"]
        proxy.choose = lambda _method, _path: "reset"
        eventually(lambda: "storage is away" in (play(server, video_id).text and server.log))
        asked = len(proxy.requests)
        refused = [put(server, mp4(1000)), play(server, video_id)]
        assert [answer.status_code for answer in refused] == [503, 503]
        assert all(1 <= int(answer.headers["Retry-After"]) <= 5 for answer in refused)
        assert len(proxy.requests) == asked
        assert "reelgate_storage_circuit_open 1.0" in requests.get(f"{server.url}/metrics", timeout=10).text
        assert requests.get(f"{server.url}/api/videos", timeout=10).status_code == 200
        proxy.choose = lambda _method, _path: None
        eventually(lambda: play(server, video_id).status_code == 200)
        assert put(server, mp4(1000)).status_code == 201
        assert "storage answers again" in server.log


def test_an_upload_under_way_outlives_an_outage(proxy: FaultProxy) -> None:
    with running_server(proxy.connection_string, upload_block_mb=1) as server:
        content = mp4(3 * 1024 * 1024)
        halfway, answers = threading.Event(), []

        def body() -> Iterator[bytes]:
            yield content[: 2 * 1024 * 1024]
            halfway.wait()
            yield content[2 * 1024 * 1024 :]

        upload = threading.Thread(
            target=lambda: answers.append(requests.put(f"{server.url}/api/upload/film.mp4", data=body(), timeout=60))
        )
        upload.start()
        eventually(lambda: proxy.count("PUT", "comp=block&") >= 1)
        proxy.choose = lambda _method, _path: "reset"
        halfway.set()
        eventually(lambda: "storage is away" in server.log)
        assert put(server, mp4(1000)).status_code == 503
        proxy.choose = lambda _method, _path: None
        upload.join()
        assert [answer.status_code for answer in answers] == [201]
        assert server.content(answers[0].json()["id"]) == content


def play(server: Server, video_id: str) -> requests.Response:
    return requests.get(f"{server.url}/api/videos/{video_id}/content", timeout=60)
