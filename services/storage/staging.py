"""Staging blocks by plain PUTs.

Every byte that comes goes through here, and the SDK spends far more of a processor on each block.
"""

import http.client
import logging
import ssl
import time
from base64 import b64encode
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import SplitResult, quote, urlsplit

import requests
from requests.structures import CaseInsensitiveDict

from services import metrics
from services.storage.blocks import Chunk, Pieces
from services.storage.client import (
    AWAY,
    CONNECT_SECONDS,
    DAMAGED,
    StorageClient,
    TimeLimits,
    count_answer,
    failure_of,
    pause_asked,
    translated,
)
from services.storage.errors import BlockDamagedError, StorageUnavailableError
from services.storage.signing import BlobSigner
from utils.block_checks import CRC64_HEADER, BlockCheck, RunningCrc64

log = logging.getLogger(__name__)

_BROKEN = (OSError, http.client.HTTPException)
# What Azurite says of a checksum that it does not know, with status 500.
_UNKNOWN = "FeatureNotSupported"
_NO_ROOM = (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError)


class BlockStager:
    """Stages the blocks of one blob."""

    def __init__(self, client: StorageClient, signer: BlobSigner, name: str) -> None:
        self._client = client
        self._signer = signer
        self._name = name

    def __call__(self, block_id: str, data: Pieces | bytes) -> None:
        """Stage one block, trying again within the usual time; raises `StorageError`."""
        checks = self._client.block_check.headers([data] if isinstance(data, bytes) else data)
        self._client.call(lambda within: self._put(block_id, data, within, checks=checks), patient=True)
        metrics.BLOCKS_STAGED.inc()

    def begin(self, block_id: str, size: int) -> "BlockTransfer":
        """Begin to send a block that will have so many bytes, to be tried once; raises `StorageError`."""
        if not (self._client.circuit.closed and self._client.connections.possible):
            raise StorageUnavailableError(AWAY)
        within = self._client.first_attempt
        url, headers = translated(lambda within: self._request(block_id, within), within)
        return BlockTransfer(self._client, url, headers | {"Content-Length": str(size)}, seconds=within["read_timeout"])

    def _put(self, block_id: str, data: Pieces | bytes, within: TimeLimits, *, checks: Mapping[str, str]) -> None:
        if CRC64_HEADER in checks and not self._client.checks_crc64:
            checks = {}
        response = self._sent(block_id, data, within, checks)
        code = response.headers.get("x-ms-error-code", "")
        if CRC64_HEADER in checks and code == _UNKNOWN:
            log.info("this storage cannot check blocks by CRC64")
            self._client.checks_crc64 = False
            response = self._sent(block_id, data, within, {})
        elif checks and _was_refused_as_damaged(response.status_code, code):
            raise _damaged()
        if response.status_code != requests.codes.created:
            # The cause says how long storage asks to be left alone.
            raise failure_of(response.status_code, response.headers) from requests.HTTPError(response=response)

    def _sent(
        self, block_id: str, data: Pieces | bytes, within: TimeLimits, checks: Mapping[str, str]
    ) -> requests.Response:
        session = self._client.session
        url, headers = self._request(block_id, within)
        request = requests.Request("PUT", url, headers={**headers, **checks}, data=data, hooks=session.hooks)
        try:
            # Prepared here and not by the session, whose ways of merging settings cost as much as the sending.
            return session.send(
                request.prepare(), timeout=(CONNECT_SECONDS, within["read_timeout"]), allow_redirects=False
            )
        except requests.RequestException:
            # Its text holds the signed URL: it must not travel on.
            raise StorageUnavailableError(AWAY) from None

    def _request(self, block_id: str, within: TimeLimits) -> tuple[str, dict[str, str]]:
        """Where a block is put, and with which headers."""
        encoded = quote(b64encode(block_id.encode()).decode(), safe="")
        query = f"comp=block&blockid={encoded}&timeout={within['timeout']}"
        headers = {"x-ms-version": self._client.api_version} | self._client.authorization
        return self._signer.staging_url(self._name, query), headers


def _was_refused_as_damaged(status: int, code: str) -> bool:
    # Azurite has no code of its own for it.
    return code in DAMAGED or (status == requests.codes.bad_request and code == "InvalidOperation")


def _damaged() -> BlockDamagedError:
    metrics.BLOCKS_DAMAGED.inc()
    log.warning("a block did not reach storage as it was sent, and is sent again")
    return BlockDamagedError("A part of the video did not reach storage as it was sent. Try again.")


class BlockTransfer:
    """One block on its way, in pieces: the kernel takes what it has room for, the rest follows.

    Its checksum is known when its last byte is, and a header goes before the first. So storage cannot refuse such a
    block; but it says what it has received, and that is compared here before anybody relies on the block.
    """

    def __init__(self, client: StorageClient, url: str, headers: dict[str, str], *, seconds: float) -> None:
        """Raises `StorageUnavailableError`. In the end storage may be silent for so many seconds."""
        self._client = client
        self._seconds = seconds
        self._head: tuple[SplitResult, dict[str, str]] | None = (urlsplit(url), headers)
        self._left: deque[memoryview] = deque()
        self._sent = None if client.block_check is BlockCheck.NONE else RunningCrc64()
        try:
            self._connection = client.connections.take(seconds=min(seconds, CONNECT_SECONDS))
        except OSError:
            raise StorageUnavailableError(AWAY) from None
        self._connection.sock.settimeout(0)
        self._began = time.monotonic()

    def send(self, chunk: Chunk, /) -> None:
        """Pass on the next bytes, now or later; raises `StorageUnavailableError`."""
        self._left.append(memoryview(chunk))
        try:
            self._send_head()
            with suppress(*_NO_ROOM):
                self._send_body()
        except (*_BROKEN, ValueError):  # The text of the last one may hold the token.
            raise StorageUnavailableError(AWAY) from None
        if self._sent is not None:
            self._sent.update(chunk)

    def finish(self) -> None:
        """Wait until storage has the block; raises `StorageError`."""
        try:
            with self._client.circuit.attempt():
                self._finish()
        except BaseException:
            self.abort()
            raise
        self._client.connections.keep(self._connection)
        metrics.BLOCKS_STAGED.inc()

    def abort(self) -> None:
        """End it."""
        self._left.clear()
        if self._head:
            # Nothing was said yet. A head without a body, followed by an end, would make Azurite wait for ever.
            self._client.connections.keep(self._connection)
        else:
            self._connection.close()

    def _send_head(self) -> None:
        if self._head is None:
            return
        (target, headers), self._head = self._head, None
        connection = self._connection
        connection.putrequest("PUT", f"{target.path}?{target.query}", skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()

    def _send_body(self) -> None:
        while self._left:
            piece = self._left[0]
            taken = self._connection.sock.send(piece)
            if taken < len(piece):
                self._left[0] = piece[taken:]
            else:
                self._left.popleft()

    def _finish(self) -> None:
        connection = self._connection
        try:
            connection.sock.settimeout(self._seconds)
            with suppress(BrokenPipeError, ConnectionResetError):  # It may have answered before it hung up.
                while self._left:
                    connection.sock.sendall(self._left[0])
                    self._left.popleft()
            response = connection.getresponse()
            response.read()
        except _BROKEN:
            raise StorageUnavailableError(AWAY) from None
        count_answer("PUT block", status=response.status, seconds=time.monotonic() - self._began)
        headers = CaseInsensitiveDict(response.getheaders())
        if response.status != http.client.CREATED or self._left:
            # Whoever sends the block again does not know for how long storage asks to be left alone.
            time.sleep(min(pause_asked(headers) or 0.0, self._seconds))
            raise failure_of(response.status, headers)
        if self._sent is not None and headers.get(CRC64_HEADER, self._sent.text) != self._sent.text:
            raise _damaged()
