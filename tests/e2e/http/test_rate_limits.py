"""Limits on how often one client may ask: on a real server, with and without a real Redis."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from scripts.ports import held_port
from scripts.redis_server import running_redis
from tests.server import Server, eventually, running_server
from tests.tus import TusClient
from tests.videos import mp4

needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="Redis is not installed.")


@pytest.fixture(scope="module")
def limited(azurite: str) -> Iterator[Server]:
    """A server that answers each client three times an hour, and believes one proxy about who that is.

    Who comes by a proxy does not sit at the desk, so that nobody is asked to sign in.
    """
    open_to_all = {"auth_mode": "none", "open_to_everybody": "true"}
    with running_server(azurite, rate_limit="3 per hour", trusted_proxies=1, **open_to_all) as running:
        yield running


def ask(server: Server, path: str, client: str, **headers: str) -> requests.Response:
    return requests.get(f"{server.url}{path}", headers={"X-Forwarded-For": client} | headers, timeout=10)


def test_a_client_that_asks_too_often_is_told_when_to_come_back(limited: Server) -> None:
    answers = [ask(limited, "/api/videos", "192.0.2.1:50000") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert [each.headers["RateLimit-Remaining"] for each in answers] == ["2", "1", "0", "0"]
    refused = answers[-1]
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["RateLimit-Limit"] == "3"
    assert 0 < int(refused.headers["Retry-After"]) == refused.json()["retry_after"] <= 3601
    assert int(refused.headers["RateLimit-Reset"]) <= 3601
    page = ask(limited, "/api/videos", "192.0.2.1:50001", Accept="text/html")
    assert (page.status_code, "Too many requests" in page.text) == (429, True)


def test_other_clients_and_other_routes_count_by_themselves(limited: Server) -> None:
    for _ in range(4):
        ask(limited, "/api/videos", "192.0.2.2")
    assert ask(limited, "/api/videos", "192.0.2.2").status_code == 429
    assert ask(limited, "/api/videos", "192.0.2.3").status_code == 200
    assert ask(limited, "/api/trash", "192.0.2.2").status_code == 200


def test_one_subscriber_has_one_count_whatever_address_of_its_network_it_uses(limited: Server) -> None:
    statuses = [ask(limited, "/api/videos", f"2001:db8::{number}").status_code for number in range(1, 5)]
    assert statuses == [200, 200, 200, 429]


@pytest.mark.parametrize("path", ["/health", "/health/ready", "/static/css/docs.css"])
def test_monitors_and_what_pages_bring_along_are_not_counted(limited: Server, path: str) -> None:
    assert {ask(limited, path, "192.0.2.4").status_code for _ in range(6)} == {200}


def test_an_upload_counts_once_however_many_requests_it_takes(limited: Server) -> None:
    client = TusClient(limited.url)
    client.session.headers["X-Forwarded-For"] = "192.0.2.5"
    film = mp4(8000)
    url = client.begin(len(film))
    for start in range(0, len(film), 1000):
        assert client.offset(url) == start
        assert client.patch(url, start, film[start : start + 1000]).status_code == 204
    content = f"{limited.url}/api/videos/{client.video_id(url)}/content"
    assert {client.session.get(content, timeout=10).status_code for _ in range(6)} == {200}
    assert [client.create(9).status_code for _ in range(3)] == [201, 201, 429]


def test_nothing_is_counted_by_default(server: Server) -> None:
    answer = requests.get(f"{server.url}/api/videos", timeout=10)
    assert [name for name in answer.headers if name.startswith("RateLimit")] == []


@needs_redis
def test_with_redis_all_instances_count_together(azurite: str) -> None:
    with running_redis() as redis_url:
        settings = {"rate_limit": "5 per hour", "redis_url": redis_url, "web_concurrency": 2}
        with running_server(azurite, **settings) as one, running_server(azurite, **settings) as other:
            answers = [requests.get(f"{each.url}/api/videos", timeout=10) for each in (one, other) * 4]
    statuses = [each.status_code for each in answers]
    assert statuses == [200] * 5 + [429] * 3


@needs_redis
def test_requests_pass_while_redis_is_away_and_the_log_says_so_once(azurite: str) -> None:
    settings = {"rate_limit": "2 per second"}
    with held_port() as port, running_server(azurite, redis_url=f"redis://127.0.0.1:{port}/0", **settings) as server:
        url = f"{server.url}/api/videos"
        assert requests.get(url, timeout=10).status_code == 200
        statuses = {requests.get(url, timeout=10).status_code for _ in range(8)}
        assert statuses <= {200, 429}
        assert server.log.count("Rate limit storage unreachable") == 1
        assert "Traceback" not in server.log
        with running_redis(port=port):
            eventually(lambda: requests.get(url, timeout=10).ok and "Rate limit storage recovered" in server.log)


def sign_in_wrongly(server: Server) -> int:
    said = {"username": "nobody-here", "password": "a wrong one"}
    return requests.post(f"{server.url}/api/auth/login", json=said, timeout=10).status_code


def set_sign_in_rate(server: Server, most: int) -> None:
    answer = requests.put(f"{server.url}/api/settings/rate_sign_in", json={"value": most}, timeout=10)
    answer.raise_for_status()


@needs_redis
def test_with_redis_a_live_rate_is_one_for_all_instances(azurite: str, tmp_path: Path) -> None:
    with running_redis() as redis_url:
        settings = {"redis_url": redis_url, "data_dir": tmp_path}
        with running_server(azurite, **settings) as one:
            set_sign_in_rate(one, 3)
            # The other one starts with the rate that was set, so nobody has to wait until it knows.
            with running_server(azurite, **settings) as other:
                statuses = [sign_in_wrongly(each) for each in (one, other) * 3]
    assert statuses == [401] * 3 + [429] * 3


@needs_redis
def test_while_redis_is_away_each_process_counts_live_rates_by_itself(azurite: str, tmp_path: Path) -> None:
    with held_port() as port:
        settings = {"redis_url": f"redis://127.0.0.1:{port}/0", "data_dir": tmp_path}
        with running_server(azurite, **settings) as one:
            set_sign_in_rate(one, 2)
            with running_server(azurite, **settings) as other:
                statuses = [sign_in_wrongly(each) for each in (one, other) * 3]
                assert statuses == [401] * 4 + [429] * 2
                assert "rates are counted by each process" in other.log
                with running_redis(port=port):
                    # What Redis counts begins with nothing; by now the name is locked, too.
                    statuses = [sign_in_wrongly(each) for each in (one, other) * 2]
                assert [each != 429 for each in statuses] == [True, True, False, False]
                assert "Traceback" not in one.log + other.log
