"""The server as App Service starts it."""

import json
import signal
import time

import psutil
import pytest
import requests

from tests.server import Server, eventually, running_server
from tests.videos import mp4
from tests.wire import answer_of, connect, request_head

PAGE = {"Accept": "text/html"}


@pytest.mark.walk
def test_it_is_healthy_and_ready(server: Server) -> None:
    assert requests.get(f"{server.url}/health", timeout=10).json() == {"status": "ok"}
    ready = requests.get(f"{server.url}/health/ready", timeout=10)
    assert ready.status_code == 200
    assert ready.json()["checks"]["storage"]["status"] == "ok"


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(server: Server) -> None:
    page = requests.get(f"{server.url}/nowhere", headers=PAGE, timeout=10)
    assert (page.status_code, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing at this address." in page.text
    problem = requests.get(f"{server.url}/nowhere", timeout=10)
    assert (problem.status_code, problem.headers["Content-Type"]) == (404, "application/problem+json")
    assert problem.json()["request_id"] == problem.headers["X-Request-ID"]


def test_without_storage_it_is_alive_but_not_ready() -> None:
    nowhere = "AccountName=a;AccountKey=YQ==;BlobEndpoint=http://127.0.0.1:9/a;"
    with running_server(nowhere) as server:
        assert requests.get(f"{server.url}/health", timeout=10).status_code == 200
        ready = requests.get(f"{server.url}/health/ready", timeout=20)
        assert ready.status_code == 503
        assert ready.json()["checks"]["storage"]["status"] == "down"


@pytest.mark.walk
def test_sigterm_ends_it_cleanly_and_lets_an_upload_finish(azurite: str) -> None:
    content = mp4(300_000)
    with running_server(azurite) as server, connect(server.port) as connection:
        connection.sendall(request_head("PUT", "/api/upload/film.mp4", Content_Length=str(len(content))))
        connection.sendall(content[:100_000])
        eventually(lambda: len(psutil.Process(server.workers[0].pid).net_connections()) > 1)
        process = psutil.Process(server.pid)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)  # The signal has to reach the worker while the upload is half way.
        connection.sendall(content[100_000:])
        status, video = answer_of(connection)
        assert status == 201
        assert process.wait(timeout=30) == 0
        assert "Traceback" not in server.log
        assert server.content(video["id"]) == content


def test_production_logs_one_json_line_for_each_request(azurite: str) -> None:
    production = {"app_env": "production", "secret_key": "x" * 32, "allowed_hosts": "127.0.0.1", "host": "127.0.0.1"}
    with running_server(azurite, **production, auth_mode="none", open_to_everybody="true") as server:
        content = mp4(50_000)
        requests.put(f"{server.url}/api/upload/film.mp4?sig=SECRET", data=content, timeout=10).raise_for_status()
        eventually(lambda: "/api/upload" in server.log)
        lines = [json.loads(line) for line in server.log.splitlines()]
    [line] = [each for each in lines if each.get("path") == "/api/upload/film.mp4"]
    assert (line["method"], line["status"], line["bytes_in"]) == ("PUT", 201, 50_000)
    assert line["bytes_out"] > 0
    assert line["seconds"] > 0
    assert len(line["request_id"]) == 32
    assert "SECRET" not in json.dumps(lines)


@pytest.mark.parametrize(("origin", "allowed"), [("https://a.example", True), ("https://b.example", False)])
def test_only_named_origins_may_call_the_api(azurite: str, *, origin: str, allowed: bool) -> None:
    with running_server(azurite, cors_origins="https://a.example") as server:
        asked = {"Origin": origin, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-a"}
        preflight = requests.options(f"{server.url}/api/upload/film.mp4", headers=asked, timeout=10)
        assert (preflight.headers.get("Access-Control-Allow-Origin") == origin) is allowed
        page = requests.get(f"{server.url}/", headers={"Origin": origin}, timeout=10)
        assert "Access-Control-Allow-Origin" not in page.headers
