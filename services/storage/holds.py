"""Storage's own legal hold on a blob, where the account has it: it needs version-level immutability."""

import logging

from azure.storage.blob import BlobClient

from services.storage.client import StorageClient
from services.storage.containers import OneContainer, containers_in
from services.storage.errors import BlobNotFoundError, StorageError, StorageUnavailableError

log = logging.getLogger(__name__)


class BlobHolds:
    """Legal holds on blobs. Raises `StorageUnavailableError` and `BlobNotFoundError`.

    Storage without them is as good as any: it says so once, and nothing is raised.
    """

    def __init__(self, client: StorageClient, *, container: str | OneContainer) -> None:
        self._client = client
        self._containers = containers_in(container)

    def put(self, name: str) -> bool:
        """Have storage refuse to change or delete a blob; returns whether it can."""
        return self._set(self._blob(name), holds=True)

    def lift(self, name: str) -> bool:
        """Take that back, from all versions of the blob; returns whether storage knows holds at all."""
        if not self._set(self._blob(name), holds=False):
            return False
        for version in self._held_versions(name):
            self._set(self._blob(name, version=version), holds=False)
        return True

    def _set(self, blob: BlobClient, *, holds: bool) -> bool:
        try:
            self._client.call(lambda within: blob.set_legal_hold(holds, timeout=within["timeout"]))
        except (StorageUnavailableError, BlobNotFoundError):
            raise
        except StorageError as error:
            log.info("storage has no legal hold of its own: %s", error)
            return False
        return True

    def _held_versions(self, name: str) -> list[str]:
        """A change of the metadata makes a new version of a blob, and leaves the hold on the one before."""
        place = self._containers.place(name)
        holder = place.holder(self._client)
        found = self._client.call(
            lambda _within: list(holder.list_blobs(name_starts_with=place.name, include=["versions", "legalhold"]))
        )
        return [
            each.version_id for each in found if each.name == place.name and each.has_legal_hold and each.version_id
        ]

    def _blob(self, name: str, *, version: str | None = None) -> BlobClient:
        return self._containers.place(name).blob(self._client, version=version)
