"""Answers that go on while their clients listen, written from gunicorn's event loop: none of them has a thread.

A response whose iteration raises `HandOver` has said its beginning; from there on its connection belongs to the event
loop. What is written has to fit into what the kernel takes at once: a client that does not read is let go, and comes
again when it likes.
"""

import contextlib
import itertools
import random
import socket
import ssl
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from selectors import EVENT_READ
from typing import TYPE_CHECKING, Any, Protocol

from routes.http.server.connection import connection_of

if TYPE_CHECKING:
    from gunicorn.workers.gthread import PollableMethodQueue, TConn

_HEARTBEAT_SECONDS = 15.0
_HEARTBEAT = b":\n\n"
# Whoever listens for so long says again who it is.
_LONGEST_SECONDS = 900.0
# A network that has gone without a word, and a client that takes nothing, are found out by the kernel.
_UNACKNOWLEDGED_MILLISECONDS = 45_000
# What the kernel keeps for one client; it doubles this.
_KERNEL_BUFFER = 32 * 1024
_BEATS_A_TURN = 200


class HandOver(BaseException):
    """Raised by the iteration of a response: its connection goes on in the event loop.

    Not an error: nothing that catches errors on the way may take it for one.
    """

    def __init__(self, begin: "Callable[[OpenStream], Callable[[], None]]") -> None:
        """`begin` is called in the event loop, must not wait, and returns what is called when the connection ends."""
        super().__init__()
        self.begin = begin


def can_hand_over(environ: Mapping[str, Any]) -> bool:
    """Whether the server of this request takes over answers that go on: another one than gunicorn does not."""
    return connection_of(environ) is not None


class OpenStream:
    """One client that listens. Its methods may be called from any thread, and never wait."""

    __slots__ = ("_streams", "beat_at", "chunked", "conn", "ends_at", "on_end")

    def __init__(self, streams: "OpenStreams", conn: "TConn", *, chunked: bool) -> None:
        self._streams = streams
        self.conn = conn
        self.chunked = chunked
        """Whether HTTP/1.1 wants a size before each piece."""
        self.on_end: Callable[[], None] | None = None
        self.beat_at = 0.0
        self.ends_at = 0.0

    def send(self, data: bytes) -> None:
        """Have the client told, soon."""
        self._streams.defer(self._streams.write, self, data)

    def end(self) -> None:
        """Hang up, soon."""
        self._streams.defer(self._streams.end, self)


class Loop(Protocol):
    """What is needed of gunicorn's worker."""

    poller: Any
    method_queue: "PollableMethodQueue"


class OpenStreams:
    """Those of one worker. All methods but `defer` are called in its event loop."""

    def __init__(self, loop: Loop, *, close: "Callable[[TConn], None]") -> None:
        """`close` closes a connection and counts that."""
        self._loop = loop
        self._close = close
        self._open: OrderedDict[OpenStream, None] = OrderedDict()
        """The one that has been silent for longest comes first."""

    def __len__(self) -> int:
        return len(self._open)

    def defer(self, call: Callable[..., object], *arguments: object) -> None:
        """Have it called in the event loop."""
        with contextlib.suppress(AttributeError, OSError, ValueError):  # The worker has ended.
            self._loop.method_queue.defer(call, *arguments)

    def take(self, conn: "TConn", over: HandOver, *, chunked: bool) -> None:
        """Let the connection be a listener's from now on."""
        stream = OpenStream(self, conn, chunked=chunked)
        # The parser keeps the head of the request, which nobody asks for any more.
        conn.parser = None
        try:
            conn.sock.settimeout(0)
            _bound(conn.sock)
            self._loop.poller.register(conn.sock, EVENT_READ, partial(self._on_readable, stream))
        except OSError:
            self._close(conn)
            over.begin(stream)()
            return
        self._open[stream] = None
        stream.ends_at = time.monotonic() + _LONGEST_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        self._rest(stream)
        stream.on_end = over.begin(stream)

    def write(self, stream: OpenStream, data: bytes) -> None:
        """Send it all at once, or let the client go."""
        if stream not in self._open:
            return
        piece = b"%x\r\n%b\r\n" % (len(data), data) if stream.chunked else data
        try:
            sent = stream.conn.sock.send(piece)
        except (OSError, ssl.SSLError):
            sent = -1
        if sent == len(piece):
            self._rest(stream)
        else:
            self._drop(stream)

    def end(self, stream: OpenStream) -> None:
        """Hang up as HTTP wants it."""
        if stream in self._open:
            if stream.chunked:
                with contextlib.suppress(OSError):
                    stream.conn.sock.send(b"0\r\n\r\n")
            self._drop(stream)

    def end_all(self) -> None:
        """Hang up on everybody: the worker stops."""
        for stream in list(self._open):
            self.end(stream)

    def beat(self, now: float) -> None:
        """Say that we are here to those who have heard nothing for long, and end what has lasted too long."""
        for stream in list(itertools.islice(self._open, _BEATS_A_TURN)):
            if stream.beat_at > now:
                return
            if stream.ends_at <= now:
                self.end(stream)
            else:
                self.write(stream, _HEARTBEAT)

    def _rest(self, stream: OpenStream) -> None:
        stream.beat_at = time.monotonic() + _HEARTBEAT_SECONDS
        self._open.move_to_end(stream)

    def _on_readable(self, stream: OpenStream, _socket: object) -> None:
        """A listener has nothing more to say: it has hung up, or does not know what it does."""
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError, OSError):
            stream.conn.sock.recv(1024)
        self._drop(stream)

    def _drop(self, stream: OpenStream) -> None:
        if stream not in self._open:
            return
        del self._open[stream]
        self._loop.poller.unregister(stream.conn.sock)
        self._close(stream.conn)
        if stream.on_end is not None:
            stream.on_end()


def _bound(connection: socket.socket) -> None:
    """Let the kernel keep little for the client, and find out when it is gone."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BUFFER)
    if hasattr(socket, "TCP_USER_TIMEOUT") and connection.family != socket.AF_UNIX:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MILLISECONDS)
