"""A proxy in front of Azurite that fetches blocks by URL as Azure documents it, which Azurite 3.35 answers with 501.

Put Block From URL: `x-ms-copy-source` and `x-ms-source-range` name the bytes, `x-ms-source-if-match` the version of a
blob of Azure (412 SourceConditionNotMet) and `x-ms-source-content-md5` their digest (400 Md5Mismatch); a source that
cannot be read is CannotVerifyCopySource with the status of the source, which `x-ms-copy-source-status-code` repeats.
"""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from azure.storage.blob import BlobServiceClient

from tests.fault_proxy import FaultProxy, Headers, running_fault_proxy

_SOURCE = "x-ms-copy-source"


@dataclass
class FetchingStorage:
    """The storage, and what it has fetched."""

    proxy: FaultProxy
    behind: BlobServiceClient
    fetched: list[tuple[str, str]] = field(default_factory=list)
    """The paths of sources, and the ranges of them, in their order."""
    refused_after: int | None = None
    """After so many blocks it may not fetch any more."""
    source_answers: int | None = None
    """The status that all sources answer with."""
    slow_seconds: float = 0
    """Sources need so long."""
    between: Callable[[], None] = lambda: None
    """Called after each block."""

    @property
    def connection_string(self) -> str:
        """Where it is."""
        return self.proxy.connection_string

    def answer(self, method: str, path: str, headers: Message) -> tuple[int, Headers] | None:
        """Fetch a block, where that is asked for."""
        query = parse_qs(urlsplit(path).query)
        if method != "PUT" or query.get("comp") != ["block"] or _SOURCE not in headers:
            return None
        if self.refused_after is not None and len(self.fetched) >= self.refused_after:
            return 403, [("x-ms-error-code", "CannotVerifyCopySource")]
        time.sleep(self.slow_seconds)
        wanted = {"Range": headers["x-ms-source-range"]}
        if "x-ms-source-if-match" in headers and "sig=" in headers[_SOURCE]:
            wanted["If-Match"] = headers["x-ms-source-if-match"]
        source = requests.get(headers[_SOURCE], headers=wanted, timeout=30)
        if source.status_code == 412:
            return 412, [("x-ms-error-code", "SourceConditionNotMet")]
        if (status := self.source_answers or source.status_code) not in {200, 206}:
            return _unverified(status)
        digest = base64.b64encode(hashlib.md5(source.content, usedforsecurity=False).digest()).decode()
        if headers.get("x-ms-source-content-md5", digest) != digest:
            return 400, [("x-ms-error-code", "Md5Mismatch")]
        self._stage(path, base64.b64decode(query["blockid"][0]).decode(), source.content)
        self.fetched.append((urlsplit(headers[_SOURCE]).path, headers["x-ms-source-range"]))
        self.between()
        return 201, [("x-ms-request-server-encrypted", "true")]

    def _stage(self, path: str, block_id: str, data: bytes) -> None:
        _, _, container, name = unquote(urlsplit(path).path).split("/", 3)
        self.behind.get_blob_client(container, name).stage_block(block_id, data)


def _unverified(status: int) -> tuple[int, Headers]:
    return status, [("x-ms-error-code", "CannotVerifyCopySource"), ("x-ms-copy-source-status-code", str(status))]


@contextmanager
def running_fetching_storage(connection_string: str) -> Iterator[FetchingStorage]:
    """Run the proxy in front of the storage that the connection string names."""
    with (
        running_fault_proxy(connection_string) as proxy,
        BlobServiceClient.from_connection_string(connection_string, api_version="2025-11-05") as behind,
    ):
        storage = FetchingStorage(proxy, behind)
        proxy.instead = storage.answer
        yield storage
