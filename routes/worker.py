"""gunicorn's threaded worker, made patient: slow clients wait in its event loop, and threads serve whole requests.

gunicorn gives each connection a thread that reads the head of a request for as long as that takes, and closes
connections in its event loop, where one client that does not hang up stops all others for two seconds. Here both happen
in the event loop without waiting: a thread is taken when a head is complete, and given back before the client hangs up.
"""

import contextlib
import socket
import time
from collections import OrderedDict
from functools import partial
from selectors import EVENT_READ
from typing import TYPE_CHECKING, Any, cast

from gunicorn import util
from gunicorn.http.errors import InvalidHeader, UnsupportedTransferCoding
from gunicorn.workers.gthread import TConn, ThreadWorker

from routes.plain_body import without_copies

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from gunicorn.http import Request, RequestParser

# A tus client may send 8 KiB of metadata, and a browser as much in cookies of other apps on the same host.
_LARGEST_HEAD = 32 * 1024
_STEP = 16 * 1024
_HEAD_SECONDS = 30.0
# So long may a client take to hang up, or, of a worker that is stopping, to say what it wants.
_LINGER_SECONDS = 2.0
# The rest of a body that nobody wants is on its way already, or it is not worth a thread.
_REST_SECONDS = 0.1


class PatientWorker(ThreadWorker):
    """A threaded worker that no slow head, stalled reader or lingering client can hold up."""

    head_seconds = _HEAD_SECONDS
    """So long may the head of a request take."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Each in the order in which its connections came, so that the first one times out first.
        self._heads: OrderedDict[TConn, bytearray] = OrderedDict()
        self._leaving: OrderedDict[TConn, None] = OrderedDict()

    def accept(self, listener: socket.socket) -> None:
        """Take a connection; when there are too many, the one that has waited longest goes."""
        super().accept(listener)
        if self.nr_conns >= self.worker_connections:
            self._make_room()

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
        self.poller.register(conn.sock, EVENT_READ, partial(self._on_readable, self._read_head, conn))
        self._read_head(conn, _parser(conn).unreader.take_buffered())

    def finish_request(self, conn: TConn, fs: "Future[bool]") -> None:
        """Keep the connection for another request, or see it off."""
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.settimeout(0)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(conn)
        else:
            self._see_off(conn)

    def handle_request(self, req: "Request", conn: TConn) -> bool:
        """Serve one request, and say whether the connection can serve another.

        A client that takes nothing of its answer is let go without a traceback, and one that is still sending a body
        that nobody wants is not waited for.
        """
        without_copies(req, conn.sock)
        try:
            keep = super().handle_request(req, conn)
        except TimeoutError:
            self.log.debug("Closing a connection that takes nothing.")
            return False
        return keep and _is_drained(_parser(conn))

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
        if not self.alive:
            for conn in self._heads:
                conn.timeout = min(conn.timeout or now, now + _LINGER_SECONDS)
        for waiting in (self._heads, self._leaving):
            for conn in list(waiting):
                if (conn.timeout or now) > now:
                    break
                self._close(conn)

    def _on_readable(self, take: "Callable[[TConn, bytes], None]", conn: TConn, _socket: object) -> None:
        try:
            data = conn.sock.recv(_STEP)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            take(conn, data)
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

    def _see_off(self, conn: TConn) -> None:
        """Wait for the client to hang up, or the kernel resets what it has not read yet (RFC 9112, 9.6)."""
        conn.timeout = time.monotonic() + _LINGER_SECONDS
        self._leaving[conn] = None
        self.poller.register(conn.sock, EVENT_READ, partial(self._on_readable, lambda *_: None, conn))

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


def _is_drained(parser: "RequestParser") -> bool:
    """Whether nothing of the request's body is left to come."""
    deadline = time.monotonic() + _REST_SECONDS
    return bool(parser.finish_body(deadline=deadline))  # type: ignore[func-returns-value]  # The stubs are behind.
