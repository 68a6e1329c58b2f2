"""Containers of the same account that other tools have filled: their blobs are listed and read, and never written."""

import base64
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import cast

from azure.core import MatchConditions
from azure.storage.blob import BlobProperties, ContainerClient

from services.storage.client import StorageClient, TimeLimits
from services.storage.signing import BlobSigner

_PAGE = 1000
_SIGNED_FOR = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class OtherBlob:
    """A blob of another tool."""

    name: str
    size: int
    """In bytes."""
    etag: str
    is_archived: bool
    md5: str
    """Of its bytes, in Base64, where storage names it."""
    metadata: Mapping[str, str]
    """With names in lower case."""


class OtherContainers:
    """The account beside our own containers. Raises `StorageError`s."""

    def __init__(self, client: StorageClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._signers: dict[str, BlobSigner] = {}

    def names(self) -> list[str]:
        """The names of all containers."""
        service = self._client.service
        return self._client.call(lambda _within: [str(each.name) for each in service.list_containers()])

    def blobs(self, container: str) -> Iterator[OtherBlob]:
        """All blobs of a container, by name."""
        found = self._client.service.get_container_client(container)
        token: str | None = None
        while True:
            blobs, token = self._client.call(partial(self._page, found, token))
            yield from map(_blob_of, blobs)
            if not token:
                return

    def read(self, container: str, blob: OtherBlob, *, offset: int, size: int) -> bytes:
        """Bytes of a blob; raises `BlobChangedError` where it is another one by now."""
        found = self._client.service.get_blob_client(container, blob.name)
        return self._client.call(
            lambda within: found.download_blob(
                offset=offset,
                length=size,
                max_concurrency=1,
                etag=f'"{blob.etag}"',
                match_condition=MatchConditions.IfNotModified,
                **within,
            ).readall()
        )

    def own_url(self, container: str, blob: OtherBlob) -> str:
        """A URL that reads a blob, for storage itself. Never to be handed on."""
        with self._lock:
            signer = self._signers.setdefault(container, BlobSigner(self._client, container=container))
        return signer.own_url(blob.name, until=datetime.now(UTC) + _SIGNED_FOR)

    @staticmethod
    def _page(
        container: ContainerClient, token: str | None, _within: TimeLimits
    ) -> tuple[list[BlobProperties], str | None]:
        pages = container.list_blobs(include=["metadata"], results_per_page=_PAGE).by_page(continuation_token=token)
        blobs = list(next(pages, ()))
        return blobs, cast("str | None", getattr(pages, "continuation_token", None))


def _blob_of(found: BlobProperties) -> OtherBlob:
    return OtherBlob(
        name=str(found.name),
        size=found.size or 0,
        etag=str(found.etag).strip('"'),
        md5=base64.b64encode(found.content_settings.content_md5 or b"").decode(),
        is_archived=str(found.blob_tier or "") == "Archive",
        metadata={name.lower(): str(value) for name, value in (found.metadata or {}).items()},
    )
