"""A body of known length, read without gunicorn's copies: nothing is lost, doubled or taken from the next request."""

import socket
import threading
import tracemalloc
from collections.abc import Iterator
from typing import Any, cast

import pytest
from gunicorn.config import Config
from gunicorn.http import RequestParser

from routes.http.server.request_body import without_copies
from services.uploads.block_plan import LARGEST_CHUNK

CONTENT = bytes(range(256)) * 400


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        other.settimeout(0.2)
        yield one, other


def received(
    ends: tuple[socket.socket, socket.socket], *heads: str, body: bytes, connection: socket.socket | None = None
) -> tuple[RequestParser, Any]:
    """A parser that has read the first head, and its request, made plain; all of it comes in one piece."""
    _, server = ends
    parser = RequestParser(Config(), server, ("127.0.0.1", 1))
    parser.unreader.unread("".join(heads[:1]).encode() + body + "".join(heads[1:]).encode())
    request = next(parser)
    without_copies(request, connection or server)
    return parser, request


def head(length: int) -> str:
    return f"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n"


def test_what_came_with_the_head_and_what_comes_later_are_one_body(ends: tuple[socket.socket, socket.socket]) -> None:
    _, request = received(ends, head(len(CONTENT)), body=CONTENT[:1000])
    ends[0].sendall(CONTENT[1000:])
    steps = [request.body.read(700), request.body.read(50_000), request.body.read(-1), request.body.read(10)]
    assert [len(each) for each in steps] == [700, 50_000, len(CONTENT) - 50_700, 0]
    assert b"".join(steps) == CONTENT


def test_the_next_request_is_left_alone(ends: tuple[socket.socket, socket.socket]) -> None:
    parser, request = received(ends, head(10), head(0), body=b"0123456789")
    assert request.body.read(1_000_000) == b"0123456789"
    assert next(parser).path == "/a"


def test_what_came_of_a_read_that_failed_can_be_read(ends: tuple[socket.socket, socket.socket]) -> None:
    parser, request = received(ends, head(len(CONTENT)), body=CONTENT[:100])
    ends[0].sendall(CONTENT[100:300])
    with pytest.raises(TimeoutError):
        request.body.read(1000)
    assert request.body.read(200) == CONTENT[:200]
    assert request.body.read(100) == CONTENT[200:300]
    assert not parser.finish_body()  # type: ignore[func-returns-value]  # The stubs are behind.


def test_an_end_that_comes_too_early_is_a_short_read(ends: tuple[socket.socket, socket.socket]) -> None:
    _, request = received(ends, head(1000), body=b"abc")
    ends[0].close()
    assert request.body.read(1000) == b"abc"
    assert request.body.read(1000) == b""


def test_what_follows_an_end_that_came_too_early_is_no_request(ends: tuple[socket.socket, socket.socket]) -> None:
    parser, request = received(ends, head(1000), body=b"abc")
    ends[1].shutdown(socket.SHUT_RD)  # As for a client that is too slow; the kernel goes on taking what it sends.
    request.body.read(1000)
    assert not parser.finish_body()  # type: ignore[func-returns-value]  # The stubs are behind.


def test_a_body_in_tiny_pieces_takes_no_more_memory_than_it_has_bytes(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    class Trickle:
        def recv_into(self, room: memoryview) -> int:
            room[0] = left.pop()
            return 1

    left = bytearray(200_000)
    _, request = received(ends, head(len(left)), body=b"", connection=cast("socket.socket", Trickle()))
    tracemalloc.start()
    try:
        assert len(request.body.read(-1)) == 200_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_body_that_does_not_come_takes_no_more_memory_than_a_step(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    _, request = received(ends, head(1 << 40), body=b"")
    tracemalloc.start()
    try:
        with pytest.raises(TimeoutError):
            request.body.read(-1)
        assert tracemalloc.get_traced_memory()[1] < 2 * LARGEST_CHUNK
    finally:
        tracemalloc.stop()


def test_a_step_is_received_where_it_stays(ends: tuple[socket.socket, socket.socket]) -> None:
    _, request = received(ends, head(len(CONTENT)), body=CONTENT[:10])
    sender = threading.Thread(target=send_slowly, args=(ends[0], CONTENT[10:]))
    sender.start()
    tracemalloc.start()
    try:
        assert request.body.read(len(CONTENT)) == CONTENT
        assert tracemalloc.get_traced_memory()[1] < 1.5 * len(CONTENT)
    finally:
        tracemalloc.stop()
        sender.join()


def send_slowly(connection: socket.socket, content: bytes) -> None:
    for start in range(0, len(content), 20_000):
        connection.sendall(content[start : start + 20_000])


def test_lines_can_be_read(ends: tuple[socket.socket, socket.socket]) -> None:
    _, request = received(ends, head(11), body=b"one\ntwo\nabc")
    assert request.body.readline() == b"one\n"
    assert request.body.read(5) == b"two\na"
    assert request.body.read(5) == b"bc"


def test_what_an_app_leaves_is_drained(ends: tuple[socket.socket, socket.socket]) -> None:
    parser, request = received(ends, head(2000), head(0), body=CONTENT[:2000])
    request.body.read(10)
    assert next(parser).path == "/a"


def test_bodies_in_chunks_stay_gunicorns(ends: tuple[socket.socket, socket.socket]) -> None:
    chunked = "PUT /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    _, request = received(ends, chunked, body=b"3\r\nabc\r\n0\r\n\r\n")
    assert request.body.read(100) == b"abc"
