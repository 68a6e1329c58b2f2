"""Files in a private container of their own: written once from disk, read whole or listed, deleted by prefix."""

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from azure.storage.blob import BlobClient, BlobPrefix, ContentSettings

from services.storage.client import StorageClient, TimeLimits
from services.storage.errors import BlobExistsError, BlobNotFoundError

_PUT_SECONDS = 120


class FileStore:
    """The files of one container. Every method raises `StorageError` when storage does not do as asked."""

    def __init__(self, client: StorageClient, *, container: str) -> None:
        self._client = client
        self._container = container

    def put(self, name: str, path: Path, *, content_type: str) -> None:
        """Write a file; the same name is only ever written by who chose it, so writing it again does no harm."""
        try:
            self._put(name, path, content_type)
        except BlobNotFoundError:
            container = self._client.service.get_container_client(self._container)
            with contextlib.suppress(BlobExistsError):  # Another process may be faster.
                self._client.call(lambda within: container.create_container(**within))
            self._put(name, path, content_type)

    def read(self, name: str) -> bytes:
        """All of a file; raises `BlobNotFoundError`."""
        blob = self._client.service.get_blob_client(self._container, name)
        return self._client.call(lambda within: blob.download_blob(**within, encoding=None).readall())

    def names(self, prefix: str) -> list[str]:
        """The names of all files that begin so."""
        container = self._client.service.get_container_client(self._container)
        try:
            return self._client.call(lambda within: list(container.list_blob_names(name_starts_with=prefix, **within)))
        except BlobNotFoundError:
            return []  # No container yet.

    def directly_below(self, prefix: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The files in a folder, `prefix` with its slash, with their metadata; none of the folders in it."""
        container = self._client.service.get_container_client(self._container)
        with contextlib.suppress(BlobNotFoundError):
            found = self._client.call(
                lambda within: list(
                    container.walk_blobs(name_starts_with=prefix, include=["metadata"], delimiter="/", **within)
                )
            )
            yield from ((each.name, dict(each.metadata or {})) for each in found if not isinstance(each, BlobPrefix))

    def folders(self) -> list[str]:
        """The names of all folders that are in no other, with their slashes."""
        container = self._client.service.get_container_client(self._container)
        try:
            found = self._client.call(lambda within: list(container.walk_blobs(delimiter="/", **within)))
        except BlobNotFoundError:
            return []
        return [each.name for each in found if isinstance(each, BlobPrefix)]

    def delete(self, names: list[str]) -> None:
        """Delete files; what is gone already is no fault."""
        for name in names:
            blob = self._client.service.get_blob_client(self._container, name)
            with contextlib.suppress(BlobNotFoundError):
                self._client.call(partial(_delete, blob))

    def _put(self, name: str, path: Path, content_type: str) -> None:
        blob = self._client.service.get_blob_client(self._container, name)

        def send(within: TimeLimits) -> object:
            with path.open("rb") as file:
                return blob.upload_blob(
                    file,
                    length=path.stat().st_size,
                    overwrite=True,
                    content_settings=ContentSettings(content_type=content_type),
                    **within,
                )

        self._client.call(send, limit=_PUT_SECONDS)


def _delete(blob: BlobClient, within: TimeLimits) -> None:
    blob.delete_blob(**within)
