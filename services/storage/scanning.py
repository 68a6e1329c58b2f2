"""Reading blobs to look at every byte of them once: into one buffer, again and again, which costs least.

For players there is `services/storage/reading.py`: what they are sent has to be theirs.
"""

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import requests
from requests.structures import CaseInsensitiveDict

from services.storage.client import AWAY, CONNECT_SECONDS, StorageClient, count_answer, failure_of
from services.storage.errors import StorageUnavailableError
from services.storage.reading import BlobReader
from services.storage.signing import BlobSigner

_BUFFER = 1024 * 1024
_SIGNED_FOR = timedelta(hours=1)
_BROKEN = (OSError, http.client.HTTPException)


class BlobScanner:
    """Reads ranges of the blobs of one container, for one thread at a time."""

    def __init__(self, client: StorageClient, signer: BlobSigner, reader: BlobReader, *, timeout: float) -> None:
        """`reader` is asked where storage is behind a proxy."""
        self._client = client
        self._signer = signer
        self._reader = reader
        self._timeout = timeout
        self._buffer = bytearray()

    @contextmanager
    def open(self, name: str, *, start: int, end: int, etag: str) -> Iterator[Iterator[bytes | memoryview]]:
        """The bytes from `start` to `end`, both included, each step of them good until the next.

        Raises `BlobChangedError` when the blob has another ETag, and `StorageError`s, also between two steps. Where the
        connection breaks, fewer bytes come.
        """
        if not self._client.connections.possible:
            with self._reader.open(name, start=start, end=end, etag=etag) as steps:
                yield steps
            return
        url = urlsplit(self._signer.own_url(name, until=datetime.now(UTC) + _SIGNED_FOR))
        headers = {"Range": f"bytes={start}-{end}", "If-Match": f'"{etag}"', "x-ms-version": self._client.api_version}
        self._client.circuit.check()
        with self._client.circuit.attempt():
            connection, response = self._ask(f"{url.path}?{url.query}", headers)
        try:
            yield self._steps(response)
        finally:
            if response.isclosed():
                self._client.connections.keep(connection)
            else:
                connection.close()

    def _ask(self, target: str, headers: dict[str, str]) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        began = time.monotonic()
        try:
            connection = self._client.connections.take(seconds=CONNECT_SECONDS)
        except OSError:
            raise StorageUnavailableError(AWAY) from None
        try:
            connection.sock.settimeout(self._timeout)
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
        except (*_BROKEN, ValueError):  # The text of the last one may hold the signature.
            connection.close()
            raise StorageUnavailableError(AWAY) from None
        count_answer("GET blob", status=response.status, seconds=time.monotonic() - began)
        if response.status != requests.codes.partial_content:
            connection.close()
            raise failure_of(response.status, CaseInsensitiveDict(response.getheaders()))
        return connection, response

    def _steps(self, response: http.client.HTTPResponse) -> Iterator[memoryview]:
        if not self._buffer:
            self._buffer = bytearray(_BUFFER)
        view = memoryview(self._buffer)
        while True:
            try:
                count = response.readinto(view)
            except _BROKEN:
                raise StorageUnavailableError(AWAY) from None
            if not count:
                return
            yield view[:count]
