"""gunicorn's threaded worker, made patient: slow clients wait in its event loop, and threads serve whole requests.

gunicorn gives each connection a thread that reads the head of a request for as long as that takes, and closes
connections in its event loop, where one client that does not hang up stops all others for two seconds. Here both happen
in the event loop without waiting: a thread is taken when a head is complete, and given back with the last byte of the
answer, before the client has sent the rest of a body that was refused, and before it hangs up.
"""

import contextlib
import socket
import ssl
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from selectors import EVENT_READ
from typing import TYPE_CHECKING, Any, cast

from gunicorn import util
from gunicorn.http.errors import InvalidHeader, UnsupportedTransferCoding
from gunicorn.workers.gthread import TConn, ThreadWorker

from routes.http.server.open_streams import HandOver, OpenStreams
from routes.http.server.request_body import take_rest, without_copies
from utils.sizes import MIB

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from gunicorn.http import Request, RequestParser

# A tus client may send 8 KiB of metadata, and a browser as much in cookies of other apps on the same host.
_LARGEST_HEAD = 32 * 1024
_STEP = 16 * 1024
_HEAD_SECONDS = 30.0
# Seconds allowed for hanging up or, while the worker stops, for saying what is wanted; and bytes of a body that nobody
# wants which may come meanwhile: the kernel resets a client that is cut off, and the answer would be lost.
_LINGER_SECONDS = 2.0
_LARGEST_REST = 8 * MIB
# What is done at once for those who are seen off or begin: the event loop turns to the others in between.
_RESTS_A_TURN = 32
_BEGINNINGS_A_TURN = 16


@dataclass
class _Rest:
    """What a client may still send that nobody wants."""

    left: int
    """In bytes."""
    then: "Callable[[], None]"
    """Called when all of it has come."""
    lap: int = 0
    """When some of it was taken last."""


class PatientWorker(ThreadWorker):
    """A threaded worker that no slow head, stalled reader or lingering client can hold up."""

    head_seconds = _HEAD_SECONDS
    """Seconds allowed for the head of a request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Each in the order in which its connections came, so that the first one times out first.
        self._heads: OrderedDict[TConn, bytearray] = OrderedDict()
        self._leaving: OrderedDict[TConn, _Rest] = OrderedDict()
        self._unread: dict[TConn, int] = {}
        """How many bytes of its body a request has left unread; written by its thread, read when that is done."""
        self._handed_over: dict[TConn, tuple[HandOver, bool]] = {}
        """Answers that go on, and whether they are sent in chunks; written and read as `_unread` is."""
        self.streams = OpenStreams(self, close=self._close)
        self._unwanted = memoryview(bytearray(4 * _STEP))
        self._lap = self._rests_taken = 0
        self._some_are_behind = False

    def accept(self, listener: socket.socket) -> None:
        """Take some connections; when there are too many, those that have waited longest go."""
        for _ in range(_BEGINNINGS_A_TURN):
            before = self.nr_conns
            super().accept(listener)
            if self.nr_conns == before:
                return
            if self.nr_conns >= self.worker_connections:
                self._make_room()

    def wait_for_and_dispatch_events(self, timeout: float | None) -> None:
        """Do what there is to do; of what nobody wants, each client's comes in turn."""
        if not self.alive:
            self.streams.end_all()
        if not self._some_are_behind:
            self._lap += 1
        self._some_are_behind = False
        self._rests_taken = 0
        super().wait_for_and_dispatch_events(timeout)

    def enqueue_req(self, conn: TConn) -> None:
        """Wait for the whole head of the connection's next request, then hand it to a thread.

        All connections come here: new ones, kept ones that have become readable, and those with bytes read ahead.
        """
        if self.cfg.is_ssl:  # A handshake waits for the client; leave it to the threads.
            super().enqueue_req(conn)
            return
        conn.init()
        conn.sock.settimeout(0)
        conn.timeout = time.monotonic() + (self.head_seconds if self.alive else _LINGER_SECONDS)
        self._heads[conn] = bytearray()
        self.poller.register(conn.sock, EVENT_READ, partial(self._on_readable, conn))
        self._read_head(conn, _parser(conn).unreader.take_buffered())

    def finish_request(self, conn: TConn, fs: "Future[bool]") -> None:
        """Keep the connection for another request, once all of this one is here, or see it off."""
        unread = self._unread.pop(conn, 0)
        over, chunked = self._handed_over.pop(conn, (None, False))
        if over is not None:
            self.streams.take(conn, over, chunked=chunked)
        elif fs.cancelled() or fs.exception() is not None or not fs.result() or unread > _LARGEST_REST:
            self._let_go(conn)
        elif unread:
            conn.sock.settimeout(0)
            self._absorb(conn, unread, then=partial(super().finish_request, conn, fs))
        else:
            super().finish_request(conn, fs)

    def handle_request(self, req: "Request", conn: TConn) -> bool:
        """Serve one request, and say whether the connection can serve another.

        A client that takes nothing of its answer is let go without a traceback, and one that is still sending a body
        that nobody wants keeps no thread.
        """
        without_copies(req, conn.sock)
        try:
            keep = super().handle_request(req, conn)
        except TimeoutError:
            self.log.debug("Closing a connection that takes nothing.")
            return False
        except HandOver as over:
            self._handed_over[conn] = over, req.version is not None and req.version > (1, 0)
            return False
        if not keep:
            return False
        conn.sock.settimeout(0)
        unread = take_rest(req, _parser(conn))
        if unread:
            self._unread[conn] = unread
        return unread is not None

    def handle_error(self, req: "Request | None", client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what cannot be served.

        A transfer coding that nobody knows is the client's fault. gunicorn answers 501 as HTTP suggests, but whoever
        watches for 5xx at night watches for ours.
        """
        if isinstance(exc, UnsupportedTransferCoding):
            exc = InvalidHeader(f"Transfer-Encoding: {exc.hdr}")
        super().handle_error(req, client, addr, exc)

    def murder_pending(self) -> None:
        """Close connections whose time is over; called about once a second."""
        super().murder_pending()
        now = time.monotonic()
        self.streams.beat(now)
        if not self.alive:
            for conn in self._heads:
                conn.timeout = min(conn.timeout or now, now + _LINGER_SECONDS)
        for waiting in (self._heads, self._leaving):
            for conn in list(waiting):
                if (conn.timeout or now) > now:
                    break
                self._close(conn)

    def _on_readable(self, conn: TConn, _socket: object) -> None:
        try:
            data = conn.sock.recv(_STEP)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._read_head(conn, data)
        else:
            self._close(conn)

    def _read_head(self, conn: TConn, data: bytes) -> None:
        head = self._heads[conn]
        searched = max(0, len(head) - 3)
        head += data
        # A line that ends with a bare LF is refused by gunicorn at once, and need not be waited on.
        if head.find(b"\r\n\r\n", searched) >= 0 or head.count(b"\n") != head.count(b"\r\n"):
            self._forget(conn)
            _parser(conn).unreader.unread(bytes(head))
            super().enqueue_req(conn)
        elif len(head) > _LARGEST_HEAD:
            self._forget(conn)
            with contextlib.suppress(OSError):
                util.write_error(conn.sock, 431, "Request Header Fields Too Large", "")
            self._see_off(conn)

    def _let_go(self, conn: TConn) -> None:
        try:
            conn.sock.settimeout(0)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
        else:
            self._see_off(conn)

    def _see_off(self, conn: TConn) -> None:
        """Wait for the client to hang up, or the kernel resets what it has not read yet (RFC 9112, 9.6)."""
        self._absorb(conn, _LARGEST_REST, then=partial(self._close, conn))

    def _absorb(self, conn: TConn, size: int, *, then: "Callable[[], None]") -> None:
        """Receive that many bytes, which nobody wants; the connection is closed when they do not come in time."""
        conn.timeout = time.monotonic() + _LINGER_SECONDS
        self._leaving[conn] = _Rest(size, then)
        self.poller.register(conn.sock, EVENT_READ, partial(self._on_rest, conn))

    def _on_rest(self, conn: TConn, _socket: object) -> None:
        rest = self._leaving[conn]
        if rest.lap == self._lap:
            return
        if self._rests_taken >= _RESTS_A_TURN:
            self._some_are_behind = True
            return
        self._rests_taken += 1
        rest.lap = self._lap
        try:
            received = conn.sock.recv_into(self._unwanted[: rest.left])
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            received = 0
        rest.left -= received
        if not received:
            self._close(conn)
        elif not rest.left:
            self._forget(conn)
            rest.then()

    def _make_room(self) -> None:
        for waiting in (self._leaving, self._heads):
            if waiting:
                self._close(next(iter(waiting)))
                return
        if self.keepalived_conns:
            conn = self.keepalived_conns.popleft()
            self.poller.unregister(conn.sock)
            self._close(conn)

    def _close(self, conn: TConn) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn: TConn) -> None:
        """Stop waiting for the connection, if it was waited for."""
        if conn in self._heads or conn in self._leaving:
            self.poller.unregister(conn.sock)
        self._heads.pop(conn, None)
        self._leaving.pop(conn, None)


def _parser(conn: TConn) -> "RequestParser":
    """The connection's parser: of HTTP/1, as gunicorn is not asked for any other."""
    return cast("RequestParser", conn.parser)
