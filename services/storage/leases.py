"""Leases: a right that one instance at a time has, for as long as it lives and says so."""

import contextlib
import threading
import time
from collections.abc import Iterator

from azure.storage.blob import BlobLeaseClient

from services.storage.client import StorageClient
from services.storage.errors import BlobChangedError, BlobExistsError, BlobNotFoundError, StorageError

_SECONDS = 30
# A lease is renewed so often within its length that two renewals may fail.
_RENEWALS = 15 / 4


class Lease:
    """A lease that is held, and renewed by a thread of its own until it is lost or given back."""

    def __init__(
        self, client: StorageClient, taken: BlobLeaseClient, *, since: float, seconds: int, every: float | None
    ) -> None:
        """It was taken no earlier than `since`, by the clock that counts, and ends `seconds` after its last renewal."""
        self._client = client
        self._taken = taken
        self._seconds = seconds
        self._until = since + seconds
        self._every = every or seconds / _RENEWALS
        self._over = threading.Event()
        self._renewing = threading.Thread(target=self._renew, daemon=True, name="lease")
        self._renewing.start()

    @property
    def held(self) -> bool:
        """Whether it is still ours, for all that is known here: a process that was held up may have lost it unheard."""
        return not self._over.is_set() and time.monotonic() < self._until

    def give_back(self) -> None:
        """Let another instance have it."""
        self._over.set()
        self._renewing.join()
        with contextlib.suppress(StorageError):  # It ends by itself soon.
            self._client.call(lambda within: self._taken.release(**within), limit=5)

    def _renew(self) -> None:
        while not self._over.wait(self._every):
            since = time.monotonic()
            try:
                self._client.call(lambda within: self._taken.renew(**within), limit=self._seconds - 2 * self._every)
            except StorageError:
                self._over.set()
            else:
                self._until = since + self._seconds


class BlobLeases:
    """Leases on small blobs in the container of records."""

    def __init__(
        self, client: StorageClient, *, container: str, seconds: int = _SECONDS, renew_seconds: float | None = None
    ) -> None:
        """A lease whose holder has died ends after `seconds`, 15 to 60."""
        self._client = client
        self._container = container
        self._seconds = seconds
        self._renew_seconds = renew_seconds

    @contextlib.contextmanager
    def hold(self, name: str) -> Iterator[Lease | None]:
        """Hold the lease of that name for the length of the block; None when another instance has it."""
        since = time.monotonic()
        taken = self._acquire(name)
        if taken is None:
            yield None
            return
        lease = Lease(self._client, taken, since=since, seconds=self._seconds, every=self._renew_seconds)
        try:
            yield lease
        finally:
            lease.give_back()

    def _acquire(self, name: str) -> BlobLeaseClient | None:
        blob = self._client.service.get_blob_client(self._container, name)
        try:
            try:
                return self._client.call(lambda within: blob.acquire_lease(self._seconds, **within))
            except BlobNotFoundError:
                self._create(name)
                return self._client.call(lambda within: blob.acquire_lease(self._seconds, **within))
        except BlobChangedError:
            return None

    def _create(self, name: str) -> None:
        service = self._client.service
        with contextlib.suppress(BlobExistsError):
            self._client.call(lambda within: service.get_container_client(self._container).create_container(**within))
        blob = service.get_blob_client(self._container, name)
        with contextlib.suppress(BlobExistsError, BlobChangedError):
            self._client.call(lambda within: blob.upload_blob(b"", overwrite=False, **within))
