"""What can go wrong with storage."""

from services.errors import ReelgateError


class StorageError(ReelgateError):
    """Storage answered something that the app did not expect."""

    slug = "storage-error"
    title = "Storage error"
    status = 502


class StorageUnavailableError(StorageError):
    """Storage cannot be reached, is throttling, or failed for longer than the time limit."""

    slug = "storage-unavailable"
    title = "Storage unavailable"
    status = 503

    def __init__(self, detail: str, *, retry_after: int | None = None) -> None:
        super().__init__(detail, retry_after=5 if retry_after is None else retry_after)


class SourceUnavailableError(StorageUnavailableError):
    """What storage was to copy from is too slow or fails, or may be: that says nothing against storage itself."""


class StorageUnsupportedError(StorageError):
    """The storage does not have the operation; there is another way to do the same."""

    slug = "storage-unsupported"


class BlobNotFoundError(StorageError):
    """No committed blob has that name."""

    slug = "not-found"
    title = "Not found"
    status = 404


class BlobExistsError(StorageError):
    """A blob of that name exists already, and nothing is overwritten."""

    slug = "conflict"
    title = "Conflict"
    status = 409


class BlobKeptError(StorageError):
    """Storage itself keeps the blob as it is, by a legal hold or a policy of its own."""

    slug = "held"
    title = "Kept by storage"
    status = 409


class BlobChangedError(StorageError):
    """The blob is not, or no longer, in the state that the call asked for."""

    slug = "precondition-failed"
    title = "Precondition failed"
    status = 412


class BlobArchivedError(BlobChangedError):
    """The blob is in the archive: it can be listed, described, deleted and brought back, and nothing else."""

    slug = "archived"
    title = "In the archive"
    status = 409


class SourceDamagedError(StorageError):
    """What storage has fetched is not what its own checksum names."""

    slug = "source-damaged"


class BlockDamagedError(StorageUnavailableError):
    """A block did not arrive as it was sent; sent again, it may."""
