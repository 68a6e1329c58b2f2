"""Small private blobs that say what is under way: each is written whole, and only over the version that was read."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from azure.core import MatchConditions
from azure.storage.blob import BlobClient, ContainerClient

from services.storage.client import StorageClient, TimeLimits
from services.storage.errors import BlobChangedError, BlobExistsError, BlobNotFoundError
from utils.block_checks import BlockCheck


@dataclass(frozen=True)
class StoredRecord:
    """A record as storage has it."""

    content: bytes
    etag: str
    """Names this version."""
    age: float
    """Seconds since it was written, by storage's own clock, which all instances share; whole seconds."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """What `create` and `replace` were told to show in lists."""


@dataclass(frozen=True)
class ListedRecord:
    """A record in a list."""

    name: str
    tags: Mapping[str, str]
    """What `create` and `replace` were told to show in lists."""
    etag: str = ""
    """Names this version, as the others do: in quotes."""


class RecordStore:
    """The container of records. Every method raises `StorageError` when storage does not do as asked."""

    def __init__(self, client: StorageClient, *, container: str) -> None:
        self._client = client
        self._container_name = container

    def create(self, name: str, content: bytes, *, tags: Mapping[str, str]) -> str:
        """Write a record that is not there yet and return its version; else raises `BlobChangedError`."""
        try:
            return self._put(name, content, tags=tags, condition=MatchConditions.IfMissing)
        except BlobNotFoundError:
            self._create_container()
            return self._put(name, content, tags=tags, condition=MatchConditions.IfMissing)
        except (BlobExistsError, BlobChangedError):
            return self._own_version(name, content)

    def read(self, name: str) -> StoredRecord | None:
        """The record and its version, or None when there is none."""
        dates: list[str] = []

        def fetch(within: TimeLimits) -> StoredRecord:
            # The SDK reads small blobs in one request, whose answer also tells storage's time. Failures that are
            # repeated need not: a gateway may have sent them.
            stream = self._blob(name).download_blob(
                **within,
                raw_response_hook=lambda answer: dates.append(answer.http_response.headers.get("Date", "")),
            )
            content = stream.readall()
            now = parsedate_to_datetime(dates[-1])
            age = (now - stream.properties.last_modified).total_seconds()
            tags = dict(stream.properties.metadata or {})
            return StoredRecord(content, str(stream.properties.etag), max(age, 0.0), tags)

        try:
            return self._client.call(fetch)
        except BlobNotFoundError:
            return None

    def replace(self, name: str, content: bytes, *, etag: str, tags: Mapping[str, str]) -> str:
        """Write the next version over the one that was read, and return it.

        Raises `BlobChangedError` when somebody else has written since, or has deleted the record.
        """
        try:
            return self._put(name, content, tags=tags, condition=MatchConditions.IfNotModified, etag=etag)
        except (BlobChangedError, BlobNotFoundError):
            return self._own_version(name, content)

    def delete(self, name: str, *, etag: str | None = None) -> None:
        """Delete a record, or only that version of it (else `BlobChangedError`); nothing happens when there is none."""
        condition: dict[str, Any] = {}
        if etag is not None:
            condition = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
        with contextlib.suppress(BlobNotFoundError):
            self._client.call(lambda within: self._blob(name).delete_blob(**within, **condition))

    def list(self, prefix: str) -> Iterator[ListedRecord]:
        """All records whose names begin so."""
        container = self._container()
        pages = container.list_blobs(name_starts_with=prefix, include=["metadata"]).by_page()
        while True:
            try:
                page = self._client.call(lambda _left: list(next(pages)), repeat=False)
            except (StopIteration, BlobNotFoundError):
                return
            for blob in page:
                yield ListedRecord(blob.name, dict(blob.metadata or {}), f'"{str(blob.etag).strip(chr(34))}"')

    def _put(
        self,
        name: str,
        content: bytes,
        *,
        tags: Mapping[str, str],
        condition: MatchConditions,
        etag: str | None = None,
    ) -> str:
        conditions: dict[str, Any] = {"match_condition": condition} | ({"etag": etag} if etag else {})
        answer = self._client.call(
            lambda within: self._blob(name).upload_blob(
                content,
                length=len(content),
                overwrite=condition is not MatchConditions.IfMissing,
                metadata=dict(tags),
                # A record of an upload may end with bytes of the video. They are few, so that MD5 costs nothing.
                validate_content=self._client.block_check is not BlockCheck.NONE,
                **within,
                **(conditions if etag else {}),
            ),
            # Whoever changes a record is in the middle of something.
            patient=condition is MatchConditions.IfNotModified,
        )
        return str(answer["etag"])

    def _own_version(self, name: str, content: bytes) -> str:
        """The version that holds just this, for a write whose answer was lost and which was then repeated."""
        stored = self.read(name)
        if stored is None or stored.content != content:
            raise BlobChangedError(f"The record {name} has been changed by somebody else.")
        return stored.etag

    def _blob(self, name: str) -> BlobClient:
        return self._container().get_blob_client(name)

    def _container(self) -> ContainerClient:
        return self._client.service.get_container_client(self._container_name)

    def _create_container(self) -> None:
        with contextlib.suppress(BlobExistsError):  # Another process may be faster.
            self._client.call(lambda within: self._container().create_container(**within))
