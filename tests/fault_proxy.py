"""A proxy between the server and Azurite that breaks chosen requests, the way networks and storage do."""

import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import Message
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

from utils.block_checks import CRC64_HEADER, BlockCheck

Fault = Literal["503", "500", "reset", "lost answer", "slow", "silence", "bit flip", "pending copy", "being rehydrated"]
Choose = Callable[[str, str], Fault | None]
"""Given the method and the path with its query: how to break this request, or None to let it through."""

Headers = list[tuple[str, str]]
Alter = Callable[[str, str, Headers], Headers]
"""Given the method, the path and the answer's headers: what the client is to see of them."""

Answer = Callable[[str, str, Message], tuple[int, Headers] | None]
"""Given the method, the path and the request's headers: what is answered instead of storage, or None to ask it."""

_CONFLICTS: dict[str | None, str] = {
    "pending copy": "PendingCopyOperation",
    "being rehydrated": "BlobBeingRehydrated",
}
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding"})


@dataclass
class FaultProxy:
    """A running proxy; set `choose` and `alter` at any time."""

    connection_string: str
    choose: Choose = field(default=lambda _method, _path: None)
    alter: Alter = field(default=lambda _method, _path, headers: headers)
    requests: list[tuple[str, str]] = field(default_factory=list)
    instead: Answer = field(default=lambda _method, _path, _headers: None)
    checks_crc64: bool = False
    """Treat the checksums of blocks as Azure documents it, since Azurite does not know them."""
    ahead: timedelta = timedelta()
    """So much later than it is do the answers say it is."""

    def count(self, method: str, part: str) -> int:
        """How many requests of that method had `part` in their path."""
        return sum(1 for each, path in self.requests if each == method and part in path)


@contextmanager
def running_fault_proxy(connection_string: str) -> Iterator[FaultProxy]:
    """Run a proxy in front of the storage that the connection string names."""
    parts = dict(part.split("=", 1) for part in connection_string.strip(";").split(";"))
    target = urlsplit(parts["BlobEndpoint"])
    proxy = FaultProxy("")

    class Handler(_Forwarder):
        upstream = (target.hostname or "", target.port or 80)
        faults = proxy

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        endpoint = f"http://127.0.0.1:{server.server_port}{target.path}"
        proxy.connection_string = connection_string.replace(parts["BlobEndpoint"], endpoint)
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


class _Forwarder(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream: tuple[str, int]
    faults: FaultProxy

    def handle(self) -> None:
        """Serve a connection until one of its ends is gone, which is what this proxy is for."""
        with suppress(OSError, http.client.HTTPException):
            super().handle()

    def handle_any(self) -> None:
        self.faults.requests.append((self.command, self.path))
        fault = self.faults.choose(self.command, self.path)
        if fault == "reset":
            self._reset()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if fault in {"503", "500"}:
            self._answer(int(fault), [("x-ms-error-code", "ServerBusy")], b"")
            return
        if fault in _CONFLICTS:
            self._answer(409, [("x-ms-error-code", _CONFLICTS[fault])], b"")
            return
        if fault == "silence":
            self._wait_until_the_client_gives_up()
            return
        if fault == "slow":
            time.sleep(0.5)
        if fault == "bit flip":
            body = bytes([body[0] ^ 1]) + body[1:]
        of_block = self._checksum(body)
        if of_block and self.headers.get(CRC64_HEADER, of_block) != of_block:
            self._answer(400, [("x-ms-error-code", "Crc64Mismatch")], b"")
            return
        answered = self.faults.instead(self.command, self.path, self.headers)
        status, headers, content = (*answered, b"") if answered else self._forward(body)
        headers += [(CRC64_HEADER, of_block)] if of_block else []
        if fault == "lost answer":
            self._reset()
            return
        self._answer(status, self.faults.alter(self.command, self.path, headers), content)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815 - the names that the base class calls

    def _checksum(self, body: bytes) -> str | None:
        """What Azure says of a block that has no MD5."""
        if not (self.faults.checks_crc64 and "comp=block&" in self.path and "Content-MD5" not in self.headers):
            return None
        return BlockCheck.CRC64.headers([body])[CRC64_HEADER]

    def _forward(self, body: bytes) -> tuple[int, Headers, bytes]:
        connection = http.client.HTTPConnection(*self.upstream, timeout=60)
        try:
            # The Host header is part of what the client has signed, so it passes through as it is.
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if not (self.faults.checks_crc64 and name.lower() == CRC64_HEADER):
                    connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: Headers, content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() == "date":
                self.send_header(name, format_datetime(parsedate_to_datetime(value) + self.faults.ahead, usegmt=True))
            elif name.lower() not in _HOP_BY_HOP | {"content-length"}:
                self.send_header(name, value)
        length = {name.lower(): value for name, value in headers}.get("content-length", "0")
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _wait_until_the_client_gives_up(self) -> None:
        self.close_connection = True
        self.connection.settimeout(120)
        with suppress(OSError):
            self.connection.recv(1)

    def _reset(self) -> None:
        # Lingering for zero seconds makes the kernel send RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""

    def finish(self) -> None:
        with suppress(OSError):  # The connection may have been reset on purpose.
            super().finish()
