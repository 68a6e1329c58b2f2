"""Connections to storage on which a request is written piece by piece, as the bytes of its body come in.

requests wants a body to take in one go: one thread would have to hand every piece to another, and wake it each time.
"""

import http.client
import ssl
import weakref
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy
from urllib3.util import wait_for_read


class StreamingConnections:
    """Connections to one address, kept for the next request; any thread may use it."""

    def __init__(self, endpoint: str, session: requests.Session, *, most: int) -> None:
        """They trust whom the session trusts; `most` of them are kept."""
        address = urlsplit(endpoint)
        self._host = address.hostname or ""
        self._port = address.port or (443 if address.scheme == "https" else 80)
        self._context = _context(session) if address.scheme == "https" else None
        self._most = most
        self._idle: list[http.client.HTTPConnection] = []
        weakref.finalize(self, _close, self._idle)
        self.possible = select_proxy(endpoint, session.proxies) is None
        """What goes through a proxy is left to requests."""

    def take(self, *, seconds: float) -> http.client.HTTPConnection:
        """An open connection, made within so many seconds; raises `OSError`."""
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                # What storage says without being asked is that it hangs up.
                if connection.sock is not None and not wait_for_read(connection.sock, timeout=0):
                    return connection
                connection.close()
        connection = self._new(seconds)
        connection.connect()
        connection.auto_open = 0  # What is sent after the end must fail, and not open another one.
        return connection

    def keep(self, connection: http.client.HTTPConnection) -> None:
        """Give back a connection whose last answer was read to its end."""
        if len(self._idle) < self._most:
            self._idle.append(connection)
        else:
            connection.close()

    def _new(self, seconds: float) -> http.client.HTTPConnection:
        if self._context is None:
            return http.client.HTTPConnection(self._host, self._port, timeout=seconds)
        return http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=self._context)


def _close(connections: list[http.client.HTTPConnection]) -> None:
    for connection in connections:
        connection.close()


def _context(session: requests.Session) -> ssl.SSLContext:
    trusted = Path(session.verify if isinstance(session.verify, str) else DEFAULT_CA_BUNDLE_PATH)
    if trusted.is_dir():
        return ssl.create_default_context(capath=trusted)
    return ssl.create_default_context(cafile=trusted)
