"""Reading a blob's bytes as fast as they can pass through: in large pieces, each streamed in small steps.

The SDK copies what it downloads several times and holds whole chunks; a plain request for a signed URL does not. Every
piece names its range and the version that it must be of, so that two versions are never mixed.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import requests
from urllib3.exceptions import HTTPError

from services.storage.circuit import Circuit
from services.storage.client import AWAY, CONNECT_SECONDS, failure_of, measure, new_session
from services.storage.errors import StorageUnavailableError
from services.storage.signing import BlobSigner
from services.storage.use import NO_VIDEO, STORAGE_USE, UsedFor

STEP = 256 * 1024
_SIGNED_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class WholeBlob:
    """A blob that is being read."""

    size: int
    etag: str
    """Names this version, in quotes."""
    steps: Iterator[bytes]


class BlobReader:
    """Streams ranges of blobs. One session for the process, made at the first use."""

    def __init__(self, signer: BlobSigner, circuit: Circuit, *, timeout: float, connections: int) -> None:
        self._signer = signer
        self._circuit = circuit
        self._timeout = (CONNECT_SECONDS, timeout)
        self._connections = connections
        self._lock = threading.Lock()
        self._session: requests.Session | None = None

    @contextmanager
    def open(
        self, name: str, *, start: int, end: int, etag: str, used_for: UsedFor = NO_VIDEO
    ) -> Iterator[Iterator[bytes]]:
        """The bytes from `start` to `end`, both included, while the block lasts; leaving it early stops the reading.

        What it takes of storage is counted for `used_for`.

        Raises `BlobChangedError` when the blob has another ETag, and `StorageError`s, also between two steps.
        """
        headers = {"Range": f"bytes={start}-{end}", "If-Match": f'"{etag}"'}
        with self._opened(name, headers, expected=requests.codes.partial_content, used_for=used_for) as response:
            yield _steps(response, used_for)

    @contextmanager
    def open_whole(self, name: str) -> Iterator["WholeBlob"]:
        """All of a blob that is never written over; raises `StorageError`s, also between two steps."""
        with self._opened(name, {}, expected=requests.codes.ok, used_for=NO_VIDEO) as response:
            size, etag = int(response.headers["Content-Length"]), response.headers["ETag"]
            yield WholeBlob(size=size, etag=f'"{etag.strip(chr(34))}"', steps=_steps(response, NO_VIDEO))

    @contextmanager
    def _opened(
        self, name: str, headers: Mapping[str, str], *, expected: int, used_for: UsedFor
    ) -> Iterator[requests.Response]:
        url = self._signer.own_url(name, until=datetime.now(UTC) + _SIGNED_FOR)
        self._circuit.check()
        with self._circuit.attempt():
            response = self._ask(url, {**headers, "Accept-Encoding": "identity"}, expected=expected, used_for=used_for)
        with response:
            yield response

    def _ask(self, url: str, headers: Mapping[str, str], *, expected: int, used_for: UsedFor) -> requests.Response:
        # In the place of the session's own hook, which knows nothing of whom it is for.
        hooks = {"response": partial(measure, used_for=used_for)}
        try:
            response = self._connected().get(url, headers=headers, stream=True, timeout=self._timeout, hooks=hooks)
        except requests.RequestException:
            # Its text holds the signed URL: it must not travel on.
            raise StorageUnavailableError(AWAY) from None
        if response.status_code != expected:
            with response:
                raise failure_of(response.status_code, response.headers)
        return response

    def _connected(self) -> requests.Session:
        with self._lock:
            if self._session is None:
                self._session = new_session(connections=self._connections)
            return self._session


def _steps(response: requests.Response, used_for: UsedFor) -> Iterator[bytes]:
    while True:
        try:
            step = response.raw.read(STEP)
        except (HTTPError, OSError):
            raise StorageUnavailableError(AWAY) from None
        if not step:
            return
        STORAGE_USE.take(len(step), used_for)
        yield step
