"""What Prometheus reads, from a server with several workers."""

import re
import signal

import requests

from tests.server import Server, eventually, running_server
from tests.videos import mp4

BUDGET, BUDGET_OF_ONE = "reelgate_memory_budget_bytes", 192 * 1024 * 1024


def figures(server: Server) -> dict[str, float]:
    text = requests.get(f"{server.url}/metrics", timeout=10).text
    return {name: float(value) for name, value in re.findall(r"^(\w+(?:\{[^}]*\})?) (\S+)$", text, re.MULTILINE)}


def served_by_all_workers(server: Server, path: str, *, times: int = 40) -> None:
    for _ in range(times):
        requests.get(server.url + path, timeout=10)  # A new connection each, which any worker may take.


def test_all_workers_are_added_up_and_a_killed_one_is_not_forgotten(azurite: str) -> None:
    name = 'reelgate_http_requests_total{method="GET",route="/health",status="200"}'
    with running_server(azurite, web_concurrency=2) as server:
        # An answer is counted once it is out: the client may be faster, and so may be the first of two workers.
        eventually(lambda: figures(server).get(name, 0) >= 1)
        eventually(lambda: figures(server)[BUDGET] == 2 * BUDGET_OF_ONE)
        before = figures(server)[name]
        served_by_all_workers(server, "/health")
        eventually(lambda: figures(server)[name] == before + 40)
        first, _ = server.workers
        first.send_signal(signal.SIGKILL)
        eventually(lambda: len(server.workers) == 2 and first.pid not in {each.pid for each in server.workers})
        served_by_all_workers(server, "/health")
        eventually(lambda: figures(server)[name] >= before + 80)
        eventually(lambda: figures(server)[BUDGET] == 2 * BUDGET_OF_ONE)


def test_an_upload_shows_in_the_figures(azurite: str) -> None:
    content = mp4(100_000)
    with running_server(azurite) as server:
        requests.put(f"{server.url}/api/upload/film.mp4", data=content, timeout=60).raise_for_status()
        requests.post(f"{server.url}/api/upload", files={"file": ("film.mp4", content)}, timeout=60).raise_for_status()
        requests.put(f"{server.url}/api/upload/film.exe", data=content, timeout=60)
        route = 'method="PUT",route="/api/upload/<filename:filename>"'
        refused = f'reelgate_http_requests_total{{{route},status="400"}}'
        eventually(lambda: figures(server).get(refused) == 1)
        found = figures(server)
        assert found['reelgate_upload_bytes_total{door="put"}'] == len(content)
        assert found['reelgate_uploads_stored_total{door="put"}'] == 1
        assert found['reelgate_uploads_stored_total{door="form"}'] == 1
        assert found["reelgate_blocks_staged_total"] == 2
        assert found['reelgate_database_connections_limit{database="index"}'] == 30
        assert found['reelgate_database_wait_seconds_count{database="index"}'] > 0
        assert found["reelgate_uploads_in_flight"] == found["reelgate_memory_budget_used_bytes"] == 0
        assert found['reelgate_storage_answers_total{operation="PUT block",status="201"}'] == 2
        assert found['reelgate_storage_request_seconds_count{operation="PUT blocklist"}'] == 2


def test_hostile_names_make_no_time_series(azurite: str) -> None:
    with running_server(azurite) as server:
        for number in range(20):
            requests.request(f"ODD{number}", f"{server.url}/nothing/{number}", timeout=10)
            requests.get(f"{server.url}/api/videos/none-{number}", timeout=10)
        text = requests.get(f"{server.url}/metrics", timeout=10).text
        assert "ODD" not in text
        assert "none-" not in text
        assert text.count("reelgate_http_request_seconds_count") <= 5
