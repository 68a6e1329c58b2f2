"""Clients that are slow, on purpose or not, hold up nobody else."""

import contextlib
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import psutil
import pytest
import requests

from tests.server import Server, running_server
from tests.wire import answer_of, connect, request_head

HALF_A_HEAD = b"GET /health HTTP/1.1\r\nHost: reelgate.test\r\nX-Slow: "
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
        crowd = [stack.enter_context(connect(server.port)) for _ in range(CROWD)]
        for connection in crowd:
            connection.sendall(HALF_A_HEAD)
        assert requests.get(f"{server.url}/health", timeout=5).ok
        assert requests.get(f"{server.url}/api/videos", timeout=5).ok
        # None of them has cost a thread.
        assert server.workers[0].num_threads() < 60
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
    with running_server(azurite, max_concurrent_uploads=1) as server, ExitStack() as stack:
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
    ],
    ids=["bare line feeds", "empty", "nonsense", "endless", "long address"],
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
