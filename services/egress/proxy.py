"""A way out for a program of another's making: what it asks for is judged as if we had asked for it.

An HTTP proxy on loopback that lives as long as the program. It wants a password that nobody else knows, judges the
address of every request and of every tunnel by the guard, and passes on no more bytes than were allowed.
"""

import base64
import contextlib
import hmac
import secrets
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from typing import Self

from services.egress.errors import AddressNotAllowedError, FetchError
from services.egress.guard import EgressGuard, JudgedTarget

_LONGEST_HEAD = 64 * 1024
_HEAD_SECONDS, _SILENCE_SECONDS = 30.0, 60.0
_PIECE = 256 * 1024
_AT_ONCE = 32
_END = b"\r\n\r\n"
_OF_THE_HOP = (b"connection:", b"keep-alive:", b"proxy-", b"te:", b"upgrade:")
_CLOSES = b"Connection: close"


class EgressProxy:
    """The proxy of one program, while it runs."""

    def __init__(self, guard: EgressGuard, *, most: int) -> None:
        """`most` is how many bytes the program may be given in all."""
        self.refused: str | None = None
        """Why an address was refused last."""
        self.is_spent = False
        """Whether more bytes were wanted than were allowed."""
        self._guard = guard
        self._left = most
        self._passed = 0
        password = secrets.token_urlsafe(24)
        self._wanted = b"Basic " + base64.b64encode(f"import:{password}".encode())
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=_AT_ONCE)
        self.url = f"http://import:{password}@127.0.0.1:{self._listening.getsockname()[1]}"
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._places = threading.Semaphore(_AT_ONCE)
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._begin(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of everything; nothing passes any more."""
        with self._lock:
            left, self._left = list(self._open), 0
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for each in left:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        until = time.monotonic() + _HEAD_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    @property
    def passed(self) -> int:
        """How many bytes the program has been given so far."""
        return self._passed

    def _begin(self, run: object, *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True, name="egress")  # type: ignore[arg-type]
        self._threads = [each for each in self._threads if each.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            if not self._places.acquire(blocking=False):
                client.close()
                continue
            self._begin(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        try:
            with self._held(client), contextlib.suppress(OSError, ValueError):
                client.settimeout(_HEAD_SECONDS)
                self._answer(client)
        finally:
            self._places.release()

    @contextlib.contextmanager
    def _held(self, connection: socket.socket) -> Iterator[None]:
        with connection:
            with self._lock:
                self._open.add(connection)
            try:
                yield
            finally:
                with self._lock:
                    self._open.discard(connection)

    def _answer(self, client: socket.socket) -> None:
        head, rest = _head_of(client)
        first, *lines = head.split(b"\r\n")
        method, address, _ = first.decode("ascii").split(" ")
        said = [line.partition(b":")[2].strip() for line in lines if line.lower().startswith(b"proxy-authorization:")]
        if not said or not hmac.compare_digest(said[0], self._wanted):
            _refuse(client, "407 Proxy Authentication Required", "This way out is for one program alone.")
            return
        is_tunnel = method == "CONNECT"
        try:
            # What is no tunnel is asked for in the open, whatever it says.
            url = f"https://{address}" if is_tunnel else f"http://{address.partition('://')[2]}"
            target = self._guard.target(url)
            server = self._guard.connect(target)
        except AddressNotAllowedError as error:
            self.refused = error.detail
            _refuse(client, "403 Forbidden", error.detail)
            return
        except FetchError as error:
            _refuse(client, "502 Bad Gateway", error.detail)
            return
        with self._held(server):
            server.settimeout(_SILENCE_SECONDS)
            if is_tunnel:
                client.sendall(b"HTTP/1.1 200 Connection established" + _END)
                server.sendall(rest)
                self._pass_on(client, server)
            else:
                server.sendall(_asked(method, target, lines) + rest)
                self._answer_once(client, server)

    def _answer_once(self, client: socket.socket, server: socket.socket) -> None:
        """Pass on one answer: the next request is another connection, and judged anew."""
        head, rest = _head_of(server)
        while head.split(b" ", 2)[1:2] == [b"100"]:
            head, rest = _head_of(server, rest)
        status, *lines = head.split(b"\r\n")
        kept = [line for line in lines if not line.lower().startswith(_OF_THE_HOP)]
        client.sendall(b"\r\n".join([status, *kept, _CLOSES]) + _END)
        if self._may_pass(len(rest)):
            client.sendall(rest)
            self._pass_on(client, server, upward=False)

    def _pass_on(self, client: socket.socket, server: socket.socket, *, upward: bool = True) -> None:
        """Pass bytes on until the server has no more, or nothing happens for too long."""
        with selectors.DefaultSelector() as selector:
            selector.register(server, selectors.EVENT_READ, client)
            if upward:
                selector.register(client, selectors.EVENT_READ, server)
            while ready := selector.select(_SILENCE_SECONDS):
                for key, _ in ready:
                    source = key.fileobj
                    assert isinstance(source, socket.socket)  # noqa: S101 - nothing else is registered
                    data = source.recv(_PIECE)
                    if not data or (source is server and not self._may_pass(len(data))):
                        return
                    key.data.sendall(data)

    def _may_pass(self, size: int) -> bool:
        with self._lock:
            self._left -= size
            self._passed += size
            self.is_spent = self.is_spent or self._left < 0
            return self._left >= 0


def _head_of(connection: socket.socket, data: bytes = b"") -> tuple[bytes, bytes]:
    """The head of a message, and what came behind it; all of it may take as long as the silence that is allowed."""
    seconds = connection.gettimeout() or _HEAD_SECONDS
    until = time.monotonic() + seconds
    while _END not in data:
        connection.settimeout(max(0.001, until - time.monotonic()))
        piece = connection.recv(_LONGEST_HEAD)
        if not piece or len(data) > _LONGEST_HEAD:
            raise ValueError("no head")
        data += piece
    connection.settimeout(seconds)
    head, _, rest = data.partition(_END)
    return head, rest


def _asked(method: str, target: JudgedTarget, lines: list[bytes]) -> bytes:
    kept = [line for line in lines if not line.lower().startswith((*_OF_THE_HOP, b"host:"))]
    host = b"Host: " + target.url.netloc.encode("ascii")
    return b"\r\n".join([f"{method} {target.path} HTTP/1.1".encode("ascii"), host, *kept, _CLOSES]) + _END


def _refuse(client: socket.socket, status: str, reason: str) -> None:
    body = reason.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
    head += 'Proxy-Authenticate: Basic realm="reelgate"\r\n' if status.startswith("407") else ""
    client.sendall(head.encode() + _CLOSES + _END + body)
