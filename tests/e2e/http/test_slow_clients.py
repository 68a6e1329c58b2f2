"""Clients that are slow, on purpose or not, hold up nobody else."""

import contextlib
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from select import select

import psutil
import pytest
import requests

from tests.server import Server, eventually, running_server
from tests.tus import BYTES, TusClient
from tests.videos import mp4
from tests.wire import answer_of, connect, request_head

HALF_A_HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
CROWD = 2000


@pytest.fixture(scope="module")
def impatient(azurite: str) -> Iterator[Server]:
    """A server that waits for a second."""
    with running_server(azurite, upload_idle_seconds=1) as running:
        yield running


def is_hung_up_on(connection: socket.socket) -> bool:
    """Wait until the server closes the connection; False when it says something first."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_two_thousand_half_heads_stop_nobody_else(server: Server) -> None:
    with ExitStack() as stack:
        threads = server.workers[0].num_threads()
        crowd = [stack.enter_context(connect(server.port)) for _ in range(CROWD)]
        for connection in crowd:
            connection.sendall(HALF_A_HEAD)
        assert requests.get(f"{server.url}/health", timeout=5).ok
        assert requests.get(f"{server.url}/api/videos", timeout=5).ok
        # None of them has cost a thread.
        assert server.workers[0].num_threads() < threads + 20
        for connection in crowd[:3]:
            connection.sendall(b"no longer\r\n\r\n")
            assert answer_of(connection)[0] == 200


def test_heads_that_never_end_are_closed_one_by_one_however_much_they_trickle(impatient: Server) -> None:
    with connect(impatient.port) as silent, connect(impatient.port) as trickling:
        trickling.sendall(HALF_A_HEAD)
        with contextlib.suppress(OSError):
            for _ in range(50):
                trickling.sendall(b"x")
                time.sleep(0.1)
            pytest.fail("It went on for five seconds.")
        assert is_hung_up_on(silent)


def test_more_connections_than_there_is_room_for_cost_those_that_wait_longest(azurite: str) -> None:
    # There is room for all who may listen to events, too: with the usual number of them the crowd would fit in, and the
    # first be hung up on for taking too long, a moment before the last.
    few = {"max_concurrent_uploads": 1, "event_listeners": 1}
    with running_server(azurite, **few) as server, ExitStack() as stack:
        crowd = [stack.enter_context(connect(server.port)) for _ in range(4500)]
        for connection in crowd:
            connection.sendall(HALF_A_HEAD)
        assert requests.get(f"{server.url}/health", timeout=5).ok
        assert is_hung_up_on(crowd[0])
        crowd[-1].sendall(b"\r\n\r\n")
        assert answer_of(crowd[-1])[0] == 200


def test_clients_that_do_not_hang_up_stop_nobody_else(server: Server) -> None:
    with ExitStack() as stack:
        crowd = [stack.enter_context(connect(server.port)) for _ in range(30)]
        for connection in crowd:
            connection.sendall(request_head("GET", "/health", Connection="close"))
        assert {answer_of(connection)[0] for connection in crowd} == {200}
        assert requests.get(f"{server.url}/health", timeout=5).ok


def test_a_head_may_come_byte_by_byte_and_the_next_along_with_its_end(server: Server) -> None:
    head = request_head("GET", "/health")
    last = request_head("GET", "/health", Connection="close")
    with connect(server.port) as connection, connection.makefile("rb") as answers:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in head[:-1]:
            connection.sendall(bytes([byte]))
        connection.sendall(head[-1:] + head + last)
        assert answers.read().count(b"HTTP/1.1 200 OK") == 3


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /health HTTP/1.1\nHost: a\n\n", 400),
        (b"\r\n\r\n", 400),
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nX-Long: " + b"x" * 40_000, 431),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: brotli\r\n\r\n", 400),
    ],
    ids=["bare line feeds", "empty", "nonsense", "endless", "long address", "unknown coding"],
)
def test_what_cannot_become_a_request_is_refused_at_once(server: Server, head: bytes, status: int) -> None:
    with connect(server.port) as connection:
        connection.sendall(head)
        assert connection.recv(12) == b"HTTP/1.1 %d" % status


def test_connections_that_ask_nothing_do_not_keep_a_stopping_server(azurite: str) -> None:
    with running_server(azurite) as server, connect(server.port) as silent, connect(server.port) as half:
        half.sendall(HALF_A_HEAD)
        requests.get(f"{server.url}/health", timeout=5)
        process = psutil.Process(server.pid)
        process.terminate()
        assert process.wait(timeout=15) == 0
        assert is_hung_up_on(silent)


def test_a_body_below_the_least_rate_is_ended_although_it_never_stalls(azurite: str) -> None:
    content = mp4(100_000)
    with (
        running_server(azurite, upload_idle_seconds=2, upload_min_kbps=4) as server,
        connect(server.port) as connection,
    ):
        connection.sendall(request_head("PUT", "/api/upload/film.mp4", Content_Length=str(len(content))))
        trickle(connection, content, seconds=10)
        status, problem = answer_of(connection)
        assert (status, problem["type"]) == (408, "/problems/stalled-body")
        assert "4 KiB a second" in problem["detail"]
        assert server.blob_names(uncommitted=True) == []


def test_a_resumable_upload_below_the_least_rate_keeps_what_has_arrived(azurite: str) -> None:
    content = mp4(100_000)
    with (
        running_server(azurite, upload_idle_seconds=2, upload_min_kbps=4) as server,
        connect(server.port) as connection,
    ):
        client = TusClient(server.url)
        url = client.begin(len(content))
        head = request_head(
            "PATCH",
            url.removeprefix(server.url),
            Content_Type=BYTES,
            Content_Length=str(len(content)),
            Upload_Offset="0",
            Tus_Resumable="1.0.0",
        )
        connection.sendall(head + content[:3000])
        trickle(connection, content[3000:], seconds=10)
        assert answer_of(connection)[0] == 408
        offset = client.offset(url)
        assert offset > 3000
        assert client.patch(url, offset, content[offset:]).status_code == 204
        assert server.content(client.video_id(url)) == content


def test_a_body_above_the_least_rate_may_be_slow_and_pause(azurite: str) -> None:
    content = mp4(20_000)
    with (
        running_server(azurite, upload_idle_seconds=2, upload_min_kbps=4) as server,
        connect(server.port) as connection,
    ):
        connection.sendall(request_head("PUT", "/api/upload/film.mp4", Content_Length=str(len(content))))
        for start in range(0, len(content), 5000):
            connection.sendall(content[start : start + 5000])
            time.sleep(1)  # A client's pause is what is tested.
        assert answer_of(connection)[0] == 201


@pytest.mark.parametrize("path", ["/api/videos/none.mp4", "/api/v1/videos/generate-upload-url"])
def test_a_small_body_that_stalls_does_not_keep_its_thread(impatient: Server, path: str) -> None:
    method = "PATCH" if path.endswith("mp4") else "POST"
    with connect(impatient.port) as connection:
        head = request_head(method, path, Content_Type="application/json", Content_Length="1000")
        connection.sendall(head + b'{"title":')
        assert answer_of(connection)[0] == 408


def test_many_small_bodies_that_stall_stop_nobody_else(server: Server) -> None:
    request = request_head("PATCH", "/api/videos/none.mp4", Content_Type="application/json", Content_Length="1000")
    with ExitStack() as stack:
        crowd = [stack.enter_context(connect(server.port)) for _ in range(500)]
        for connection in crowd:
            connection.sendall(request)
        assert requests.get(f"{server.url}/health", timeout=5).ok
        refused, _, _ = select(crowd, [], [], 5)
        status, problem = answer_of(refused[0])
        assert (status, problem["type"]) == (503, "/problems/busy")


def test_refused_uploads_that_go_on_sending_cost_no_thread(server: Server) -> None:
    head = request_head("PUT", "/api/upload/film.exe", Content_Length="1000000")
    requests.get(f"{server.url}/health", timeout=5)
    threads = server.workers[0].num_threads()
    with ExitStack() as stack:
        crowd = [stack.enter_context(connect(server.port)) for _ in range(60)]
        for connection in crowd:
            connection.sendall(head + b"some of it")
            assert answer_of(connection)[0] == 400
        assert server.workers[0].num_threads() < threads + 20


@pytest.mark.parametrize("late", [0, 1, 999_990])
def test_the_rest_of_a_refused_body_is_passed_over_and_the_connection_serves_on(server: Server, late: int) -> None:
    body = b"/" * 1_000_000
    refused = request_head("PUT", "/api/upload/film.exe", Content_Length=str(len(body)))
    last = request_head("GET", "/health", Connection="close")
    with connect(server.port) as connection, connection.makefile("rb") as answers:
        connection.sendall(refused + body[late:])
        if late:
            assert answers.readline() == b"HTTP/1.1 400 BAD REQUEST\r\n"
            connection.sendall(body[:late])
        connection.sendall(last)
        assert answers.read().count(b"HTTP/1.1 200 OK") == 1


def test_a_refused_client_can_read_the_refusal_while_it_sends_a_few_megabytes(server: Server) -> None:
    with connect(server.port) as connection:
        connection.sendall(request_head("PUT", "/api/upload/film.exe", Content_Length="100000000"))
        connection.sendall(bytes(6_000_000))
        assert answer_of(connection)[0] == 400


def test_a_client_that_takes_nothing_of_its_answer_is_let_go(azurite: str) -> None:
    with running_server(azurite, upload_idle_seconds=1) as server, socket.socket() as connection:
        put = requests.put(f"{server.url}/api/upload/film.mp4", data=mp4(12_000_000), timeout=60)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        address = put.json()["links"]["content"]
        connection.sendall(request_head("GET", address))
        eventually(lambda: f"GET {address} 200" in server.log)
        assert "Traceback" not in server.log
        assert requests.get(put.json()["url"], timeout=60).content == mp4(12_000_000)


def trickle(connection: socket.socket, content: bytes, *, seconds: float) -> None:
    """Send a few bytes ten times a second until the server answers."""
    deadline = time.monotonic() + seconds
    for start in range(0, len(content), 20):
        connection.sendall(content[start : start + 20])
        if select([connection], [], [], 0.1)[0]:
            return
        assert time.monotonic() < deadline, "It went on."
