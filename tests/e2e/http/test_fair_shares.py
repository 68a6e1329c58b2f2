"""One client, however greedy, leaves room for the others: for uploads, players and edits, whatever worker they meet."""

import base64
import http.client
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from select import select
from typing import Any

import pytest
import requests

from tests.server import Server, eventually, in_flight, running_server
from tests.videos import mp4
from tests.wire import answer_of, connect, exchange, request_head
from utils.sizes import MIB

GREEDY, HONEST, ANOTHER = "127.0.0.2", "127.0.0.3", "127.0.0.4"


@pytest.fixture(scope="module")
def shared(azurite: str) -> Iterator[Server]:
    with running_server(azurite, web_concurrency=2, max_concurrent_uploads=8) as running:
        yield running


@pytest.fixture
def film(shared: Server) -> dict[str, Any]:
    answer = requests.put(f"{shared.url}/api/upload/film.mp4", data=mp4(12_000_000), timeout=60)
    return dict(answer.json())


def put_request(size: int) -> bytes:
    return request_head("PUT", "/api/upload/film.mp4", Content_Length=str(size))


def test_uploads_that_trickle_leave_places_for_others(shared: Server) -> None:
    content = mp4(50_000)
    with ExitStack() as stack:
        crowd = [stack.enter_context(connect(shared.port, client=GREEDY)) for _ in range(8)]
        for connection in crowd:
            connection.sendall(put_request(len(content)) + content[:1000])
        refused, _, _ = select(crowd, [], [], 10)
        status, problem = answer_of(refused[0])
        assert (status, problem["type"]) == (503, "/problems/busy")
        eventually(lambda: in_flight(shared) == 4)
        for client in (HONEST, ANOTHER, HONEST):
            assert exchange(shared.port, put_request(len(content)) + content, client=client)[0] == 201
    eventually(lambda: in_flight(shared) == 0)


def test_readers_that_take_nothing_leave_places_for_others(shared: Server, film: dict[str, Any]) -> None:
    address = film["links"]["content"]
    with ExitStack() as stack:
        refused = 0
        for _ in range(2 * 256):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.bind((GREEDY, 0))
            connection.settimeout(30)
            connection.connect(("127.0.0.1", shared.port))
            connection.sendall(request_head("GET", address))
            refused += connection.recv(12) == b"HTTP/1.1 503"
        assert refused >= 256
        watching = http.client.HTTPConnection("127.0.0.1", shared.port, timeout=30, source_address=(HONEST, 0))
        watching.request("GET", address)
        assert watching.getresponse().read() == mp4(12_000_000)
        watching.close()


def test_who_watches_one_part_after_the_other_always_has_a_place(shared: Server, film: dict[str, Any]) -> None:
    with requests.Session() as session:  # One connection, so one worker.
        for _ in range(140):
            assert session.get(film["url"], headers={"Range": "bytes=0-9"}, timeout=30).status_code == 206


def test_edits_that_stall_leave_places_for_others(shared: Server, film: dict[str, Any]) -> None:
    address = film["links"]["self"]
    head = request_head("PATCH", address, Content_Type="application/json", Content_Length="1000")
    with ExitStack() as stack:
        crowd = [stack.enter_context(connect(shared.port, client=GREEDY)) for _ in range(80)]
        for connection in crowd:
            connection.sendall(head)
        assert select(crowd, [], [], 10)[0]
        change = json.dumps({"title": "seen"}).encode()
        edit = request_head("PATCH", address, Content_Type="application/json", Content_Length=str(len(change)))
        for client in (HONEST, ANOTHER) * 4:
            assert exchange(shared.port, edit + change, client=client)[0] == 200
        form = b"title=seen+again"
        kind = "application/x-www-form-urlencoded"
        place = film["links"]["page"]
        with connect(shared.port, client=HONEST) as connection:
            connection.sendall(request_head("POST", place, Content_Type=kind, Content_Length=str(len(form))) + form)
            assert connection.recv(12) not in {b"HTTP/1.1 503", b""}


def test_one_client_may_have_everything_where_the_operator_says_so(azurite: str) -> None:
    content = mp4(5000)
    settings = {"max_concurrent_uploads": 2, "client_share_percent": 100}
    with running_server(azurite, **settings) as server, ExitStack() as stack:
        crowd = [stack.enter_context(connect(server.port)) for _ in range(2)]
        for connection in crowd:
            connection.sendall(put_request(len(content)) + content[:1000])
        eventually(lambda: in_flight(server) == 2)
        for connection in crowd:
            connection.sendall(content[1000:])
            assert answer_of(connection)[0] == 201


def test_long_lists_of_blocks_are_counted(azurite: str) -> None:
    ids = [base64.b64encode(f"{number:064}".encode()).decode() for number in range(50_000)]
    body = json.dumps({"blocks": ids}).encode()
    with running_server(azurite) as server:

        def complete(number: int) -> int:
            client = f"127.0.1.{number + 1}"
            head = request_head(
                "POST",
                f"/api/v1/videos/{number}/complete",
                Content_Type="application/json",
                Content_Length=str(len(body)),
            )
            return exchange(server.port, head + body, client=client)[0]

        [worker] = server.workers
        complete(0)
        before = worker.memory_info().rss
        with ThreadPoolExecutor(20) as pool:
            statuses = list(pool.map(complete, range(20)))
        assert set(statuses) <= {404, 503}
        assert 404 in statuses
        assert worker.memory_info().rss - before < 100 * MIB
        # Longer than any list of blocks: refused before a byte of it is read.
        head = request_head("POST", "/api/v1/videos/x/complete", Content_Length=str(8 * MIB))
        assert exchange(server.port, head)[0] == 413


def test_more_values_than_a_request_can_need_are_refused(azurite: str) -> None:
    body = b'{"blocks":["ab"' + b',"ab"' * 900_000 + b"]}"
    head = request_head(
        "POST", "/api/v1/videos/x/complete", Content_Type="application/json", Content_Length=str(len(body))
    )
    with running_server(azurite) as server:
        assert exchange(server.port, head + body)[0] == 413
