"""Answers that go on in the event loop: who does not read, hangs up or says something is let go, and counted once."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from routes.http.server import open_streams
from routes.http.server.open_streams import HandOver, OpenStream, OpenStreams

Ended = list[OpenStream]


class Loop:
    """An event loop of which the test is the thread."""

    def __init__(self) -> None:
        self.poller = selectors.DefaultSelector()
        self.method_queue: Any = SimpleNamespace(defer=lambda call, *arguments: call(*arguments))

    def turn(self) -> None:
        for key, _ in self.poller.select(10):
            key.data(key.fileobj)


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.poller.close()


@pytest.fixture
def streams(loop: Loop) -> OpenStreams:
    return OpenStreams(loop, close=lambda conn: conn.sock.close())


Taken = Callable[..., tuple[OpenStream, socket.socket]]


@pytest.fixture
def ended() -> Ended:
    return []


@pytest.fixture
def taken(streams: OpenStreams, ended: Ended) -> Iterator[Taken]:
    """Lets a connection be a listener's; returns that, and the client's side."""
    far_sides = []

    def take(*, chunked: bool = True) -> tuple[OpenStream, socket.socket]:
        near, far = socket.socketpair()
        far.settimeout(10)
        far_sides.append(far)
        begun: list[OpenStream] = []

        def begin(stream: OpenStream) -> Callable[[], None]:
            begun.append(stream)
            return lambda: ended.append(stream)

        conn: Any = SimpleNamespace(sock=near, parser=object())
        streams.take(conn, HandOver(begin), chunked=chunked)
        return begun[0], far

    yield take
    streams.end_all()
    for far in far_sides:
        far.close()


@pytest.mark.parametrize(("chunked", "expected"), [(True, b"5\r\nhello\r\n"), (False, b"hello")])
def test_what_is_sent_arrives_as_http_wants_it(taken: Taken, chunked: bool, expected: bytes) -> None:
    stream, client = taken(chunked=chunked)
    stream.send(b"hello")
    assert client.recv(100) == expected
    stream.end()
    assert client.recv(100) == (b"0\r\n\r\n" if chunked else b"")


def test_who_does_not_read_is_let_go(streams: OpenStreams, taken: Taken, ended: Ended) -> None:
    stream, _client = taken()
    other, reader = taken()
    sent = 0
    while len(streams) == 2:
        stream.send(b"x" * 4096)
        other.send(b"y")
        reader.recv(100)
        sent += 4096
        assert sent < 4 * 1024 * 1024, "The kernel keeps too much for a client that does not read."
    assert ended == [stream]


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\n"])
def test_who_hangs_up_or_says_something_is_let_go(
    loop: Loop, streams: OpenStreams, taken: Taken, ended: Ended, said: bytes
) -> None:
    stream, client = taken()
    if said:
        client.sendall(said)
    else:
        client.close()
    loop.turn()
    assert (len(streams), ended) == (0, [stream])
    stream.send(b"late")
    stream.end()
    assert ended == [stream]


def test_who_has_heard_nothing_for_long_hears_that_we_are_here(streams: OpenStreams, taken: Taken) -> None:
    now = time.monotonic()
    stream, client = taken(chunked=False)
    streams.beat(now)
    streams.beat(now + open_streams._HEARTBEAT_SECONDS + 1)
    assert client.recv(100) == b":\n\n"
    assert stream.beat_at > now


def test_what_has_lasted_long_ends_so_that_it_is_asked_again_who_it_is(
    streams: OpenStreams, taken: Taken, ended: Ended
) -> None:
    stream, client = taken(chunked=False)
    streams.beat(time.monotonic() + 2 * open_streams._LONGEST_SECONDS)
    assert client.recv(100) == b""
    assert ended == [stream]
