"""The way out: what somebody has named is asked for, where it is of the public network.

A name is looked up once, all its addresses are judged, and the connection is made to one of those: a name that leads
elsewhere a moment later changes nothing. Each redirect is judged anew. `EGRESS_ALLOW_HOSTS` names exceptions, which are
compared with host and port as the address writes them.
"""

import contextlib
import http.client
import math
import socket
import ssl
import string
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from services.egress.addresses import in_ascii, is_outward, literal
from services.egress.errors import AddressNotAllowedError, FetchError
from services.egress.line import BoundedLine

_PORTS = {"http": 80, "https": 443}
_MOST_REDIRECTS = 5
_MOST_DIGITS = 18
_CONNECT_SECONDS = 10.0
_HEAD_SECONDS = 120.0
"""Until the head of an answer is here, wherever the address leads first."""
_GATHER_SECONDS = 1.0
_PIECE = 256 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Resolve = Callable[[str, int], list[str]]
"""The addresses of a name; raises `OSError` where it has none."""


def resolved(host: str, port: int) -> list[str]:
    """What the machine's own resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, kw_only=True)
class JudgedTarget:
    """Where a request goes, judged already."""

    url: SplitResult
    host: str
    port: int
    addresses: tuple[str, ...]
    """One of these is connected to."""

    @property
    def path(self) -> str:
        """What a request line asks for: as it was written, but for letters that none may have."""
        path = (self.url.path or "/") + (f"?{self.url.query}" if self.url.query else "")
        return quote(path, safe=string.punctuation)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked for, and how."""

    url: str
    method: str = "GET"
    """What is no GET follows no redirect."""
    headers: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Headers that only the host of `url` is sent, not where it leads."""
    body: bytes | None = None
    seconds: float | None = None
    """All of it, the body of the answer included, may take so long."""


class Fetched:
    """An answer whose body has not been read."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self._response = response
        self._wanted = response.length
        self._got = 0
        self._failure: FetchError | None = None
        self.status = response.status
        self.headers: Mapping[str, str] = {name.lower(): _text(value) for name, value in response.getheaders()}
        if response.chunked is not ("transfer-encoding" in self.headers):
            raise FetchError("The answer is packed in a way that was not asked for.")

    @property
    def is_chunked(self) -> bool:
        """Whether its body comes in pieces, the last of which says that it is."""
        return bool(self._response.chunked)

    @property
    def says_its_end(self) -> bool:
        """Whether `read` can tell a body that has broken off from one that is whole."""
        return self.is_chunked or self._wanted is not None

    @property
    def length(self) -> int | None:
        """How many bytes its body is said to have; None where that is not said, or not in a number."""
        said = "" if self.is_chunked else self.headers.get("content-length", "")
        if not said.isascii() or not said.isdecimal():
            return None
        # `int` refuses a number of thousands of digits, and no body is as long.
        return int(said) if len(said) <= _MOST_DIGITS else sys.maxsize

    def read(self, size: int, /) -> bytes:
        """The next bytes of the body, fewer than that where they come slowly; none at its end.

        Raises `FetchError` where it breaks off, or takes too long.
        """
        if self._failure is not None:
            raise self._failure
        data = bytearray()
        until = time.monotonic() + _GATHER_SECONDS
        try:
            while len(data) < size and (piece := self._piece(min(_PIECE, size - len(data)))):
                data += piece
                if time.monotonic() > until:
                    break
        except FetchError as error:
            # What has come before is not lost: some ask for the rest.
            self._failure = error
            if not data:
                raise
        return bytes(data)

    def _piece(self, size: int) -> bytes:
        try:
            piece = self._response.read1(size)
        except TimeoutError as error:
            raise FetchError("The answer came too slowly, and was ended.") from error
        except (OSError, http.client.HTTPException) as error:
            raise FetchError("The answer broke off.") from error
        self._got += len(piece)
        if not piece and self._wanted is not None and self._got < self._wanted:
            raise FetchError(f"The answer broke off after {self._got} of {self._wanted} bytes.")
        return piece

    def close(self) -> None:
        """Let go of the rest of it."""
        self._response.close()

    def whole(self, *, most: int) -> bytes:
        """All of a body that is no longer than that; raises `FetchError`."""
        data = b""
        while piece := self.read(min(1 << 16, most + 1 - len(data))):
            data += piece
            if len(data) > most:
                raise FetchError(f"The answer is longer than {most} bytes.")
        return data


class EgressGuard:
    """Asks for what people have named."""

    def __init__(self, allowed: Collection[str] = (), *, resolve: Resolve = resolved) -> None:
        """`allowed` are inward hosts that may be asked all the same, as `host:port`."""
        self._allowed = frozenset(each.lower() for each in allowed)
        self._resolve = resolve
        self._context: ssl.SSLContext | None = None

    def check(self, url: str) -> None:
        """Raise `AddressNotAllowedError` where the address itself can be seen to lead inward; no name is looked up."""
        self._parsed(url)

    def target(self, url: str) -> JudgedTarget:
        """Where a request for it goes; raises `AddressNotAllowedError`, or `FetchError` where it has no address."""
        parts, host, port, is_allowed = self._parsed(url)
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise FetchError(f"The name {host} leads nowhere.") from error
        if not addresses or not (is_allowed or all(is_outward(ip_address(each)) for each in addresses)):
            raise AddressNotAllowedError(f"The name {host} leads to an address that is not of the public network.")
        return JudgedTarget(url=parts, host=host, port=port, addresses=tuple(addresses))

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> contextlib.AbstractContextManager[Fetched]:
        """The answer to a GET; raises `AddressNotAllowedError` and `FetchError`. What it answers is for the caller."""
        return self.ask(Question(url=url, headers=headers or {}))

    @contextlib.contextmanager
    def ask(self, question: Question) -> Iterator[Fetched]:
        """The same, with all that can be said of how to ask."""
        url = question.url
        began = time.monotonic()
        until = None if question.seconds is None else began + question.seconds
        head_until = min(began + _HEAD_SECONDS, until or math.inf)
        for _ in range(_MOST_REDIRECTS + 1):
            target = self.target(url)
            headers = dict(question.headers)
            if _origin(url) == _origin(question.url):
                headers |= question.credentials
            with contextlib.ExitStack() as stack:
                connected = stack.enter_context(contextlib.closing(self._connected(target, until=head_until)))
                line = BoundedLine(connected, until=head_until)
                fetched = stack.enter_context(contextlib.closing(_asked(line, target, question, headers)))
                line.until, line.is_paced = until, True
                leads = question.method == "GET" and fetched.status in _REDIRECTS
                following = fetched.headers.get("location") if leads else None
                if following is None:
                    yield fetched
                    return
                url = _joined(url, following)
        raise FetchError(f"It leads from one address to the next, more than {_MOST_REDIRECTS} times.")

    def _parsed(self, url: str) -> tuple[SplitResult, str, int, bool]:
        refused = AddressNotAllowedError("Expected an address that begins with https:// or http://.")
        if any(letter <= " " or letter in "\\\x7f" for letter in url):
            raise refused
        try:
            parts = urlsplit(url)
            host, port = in_ascii(parts.hostname or ""), parts.port or _PORTS.get(parts.scheme, 0)
        except ValueError as error:
            raise refused from error
        if parts.scheme not in _PORTS or not host or "@" in parts.netloc or "%" in host:
            raise refused
        written = f"[{host}]" if ":" in host else host
        is_allowed = f"{written}:{port}" in self._allowed
        try:
            address = literal(host)
        except ValueError as error:
            raise refused from error
        if address is not None and not is_allowed and not is_outward(address):
            raise AddressNotAllowedError(f"The address {host} is not of the public network.")
        if not parts.netloc.isascii():
            parts = parts._replace(netloc=f"{host}:{port}" if parts.port else host)
        return parts, str(address) if address is not None else host, port, is_allowed

    def connect(self, target: JudgedTarget) -> socket.socket:
        """A connection to one of its addresses, on which nothing has been said; raises `FetchError`."""
        return self._first_of(target, lambda address, seconds: _connection(target, address, seconds))

    def _connected(self, target: JudgedTarget, *, until: float) -> socket.socket:
        return self._first_of(target, lambda address, seconds: self._secured(target, address, seconds), until=until)

    def _first_of(
        self, target: JudgedTarget, connect: Callable[[str, float], socket.socket], *, until: float | None = None
    ) -> socket.socket:
        until = time.monotonic() + _HEAD_SECONDS if until is None else until
        for address in target.addresses:
            seconds = min(_CONNECT_SECONDS, until - time.monotonic())
            with contextlib.suppress(OSError):
                if seconds > 0:
                    return connect(address, seconds)
        raise FetchError(f"{target.host} cannot be reached.")

    def _secured(self, target: JudgedTarget, address: str, seconds: float) -> socket.socket:
        connected = _connection(target, address, seconds)
        if target.url.scheme != "https":
            return connected
        self._context = self._context or ssl.create_default_context()
        try:
            # The handshake has the same seconds, for all of it. An end that nobody has said is none of the body.
            return self._context.wrap_socket(connected, server_hostname=target.host, suppress_ragged_eofs=False)
        except BaseException:
            connected.close()
            raise


def _connection(target: JudgedTarget, address: str, seconds: float) -> socket.socket:
    return socket.create_connection((address, target.port), timeout=seconds)


def _text(header: str) -> str:
    """A header as whoever sent it has meant it: `http.client` takes each byte for a letter."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


def _joined(url: str, following: str) -> str:
    try:
        return urljoin(url, following)
    except ValueError as error:
        raise AddressNotAllowedError("It leads to what is no address.") from error


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _asked(line: BoundedLine, target: JudgedTarget, question: Question, headers: Mapping[str, str]) -> Fetched:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = line
    connection.auto_open = 0  # It would look the name up anew.
    try:
        # The name as it was written: storage signs what it was called by.
        said = {"Host": target.url.netloc, "Accept-Encoding": "identity", **headers}
        # An ETag goes back as the bytes it came as, whatever they are.
        sent = {name: value.encode() for name, value in said.items()}
        connection.request(question.method, target.path, body=question.body, headers=sent)
        return Fetched(connection.getresponse())
    except (OSError, ValueError, http.client.HTTPException):
        # Its text may hold the address, and that a signature.
        raise FetchError(f"{target.host} did not answer.") from None
