"""Leases: a right that one instance at a time has, for as long as it lives and says so."""

import contextlib
import threading
from collections.abc import Iterator

from azure.storage.blob import BlobLeaseClient

from services.azure_client import StorageClient
from services.errors import BlobChangedError, BlobExistsError, BlobNotFoundError, StorageError

_SECONDS = 30
_RENEW_SECONDS = 8.0


class Lease:
    """A lease that is held, and renewed by a thread of its own until it is lost or given back."""

    def __init__(self, client: StorageClient, taken: BlobLeaseClient) -> None:
        self._client = client
        self._taken = taken
        self._over = threading.Event()
        self._renewing = threading.Thread(target=self._renew, daemon=True, name="lease")
        self._renewing.start()

    @property
    def held(self) -> bool:
        """Whether it is still ours."""
        return not self._over.is_set()

    def give_back(self) -> None:
        """Let another instance have it."""
        self._over.set()
        self._renewing.join()
        with contextlib.suppress(StorageError):  # It ends by itself soon.
            self._client.call(lambda within: self._taken.release(**within), limit=5)

    def _renew(self) -> None:
        while not self._over.wait(_RENEW_SECONDS):
            try:
                self._client.call(lambda within: self._taken.renew(**within), limit=_SECONDS - 2 * _RENEW_SECONDS)
            except StorageError:
                self._over.set()


class BlobLeases:
    """Leases on small blobs in the container of records."""

    def __init__(self, client: StorageClient, *, container: str) -> None:
        self._client = client
        self._container = container

    @contextlib.contextmanager
    def hold(self, name: str) -> Iterator[Lease | None]:
        """Hold the lease of that name for the length of the block; None when another instance has it."""
        taken = self._acquire(name)
        if taken is None:
            yield None
            return
        lease = Lease(self._client, taken)
        try:
            yield lease
        finally:
            lease.give_back()

    def _acquire(self, name: str) -> BlobLeaseClient | None:
        blob = self._client.service.get_blob_client(self._container, name)
        try:
            try:
                return self._client.call(lambda within: blob.acquire_lease(_SECONDS, **within))
            except BlobNotFoundError:
                self._create(name)
                return self._client.call(lambda within: blob.acquire_lease(_SECONDS, **within))
        except BlobChangedError:
            return None

    def _create(self, name: str) -> None:
        service = self._client.service
        with contextlib.suppress(BlobExistsError):
            self._client.call(lambda within: service.get_container_client(self._container).create_container(**within))
        blob = service.get_blob_client(self._container, name)
        with contextlib.suppress(BlobExistsError, BlobChangedError):
            self._client.call(lambda within: blob.upload_blob(b"", overwrite=False, **within))
