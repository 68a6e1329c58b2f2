"""Domain errors: what can go wrong, in words for the person who meets it, with the status that says so.

Each class carries a stable slug (the problem's type), a title and an HTTP status. `routes/errors.py` alone turns
them into responses.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class ReelgateError(Exception):
    """Something that the caller is told about; `str()` is a sentence that a person can act on."""

    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"
    status: ClassVar[int] = 500

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        retry_after: int | None = None,
        upload_offset: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.upload_offset = upload_offset


class NotFoundError(ReelgateError):
    """There is nothing by that name."""

    slug = "not-found"
    title = "Not found"
    status = 404


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


class BlobChangedError(StorageError):
    """The blob is not, or no longer, in the state that the call asked for."""

    slug = "precondition-failed"
    title = "Precondition failed"
    status = 412


class BusyError(ReelgateError):
    """There is no room for one more upload right now."""

    slug = "busy"
    title = "No room right now"
    status = 503

    def __init__(self, detail: str, *, retry_after: int = 10) -> None:
        super().__init__(detail, retry_after=retry_after)


class TooManyRequestsError(ReelgateError):
    """The client has asked more often than it may."""

    slug = "too-many-requests"
    title = "Too many requests"
    status = 429

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail, retry_after=retry_after)


class UnknownHostError(ReelgateError):
    """The request names a host that this server does not answer for."""

    slug = "unknown-host"
    title = "Unknown host"
    status = 400


class CrossSiteError(ReelgateError):
    """A page of another site wants to change something here."""

    slug = "cross-site"
    title = "Refused from another site"
    status = 403


class InvalidUploadError(ReelgateError):
    """What was sent cannot become a video; `errors` names the file or the field."""

    slug = "invalid-upload"
    title = "Invalid upload"
    status = 400


class TruncatedBodyError(InvalidUploadError):
    """The body ended before its announced length, or in the middle of its own format."""

    slug = "truncated-body"
    title = "Truncated body"


class ChecksumMismatchError(InvalidUploadError):
    """The bytes that arrived are not those that the client's digest was made of."""

    slug = "checksum-mismatch"
    title = "Checksum mismatch"


class OffsetMismatchError(ReelgateError):
    """The bytes do not go on where the upload has got to."""

    slug = "offset-mismatch"
    title = "Offset mismatch"
    status = 409


class UploadLockedError(ReelgateError):
    """Another request is sending bytes of the same upload."""

    slug = "upload-locked"
    title = "Upload in use"
    status = 423

    def __init__(self, detail: str) -> None:
        super().__init__(detail, retry_after=2)


class UploadGoneError(ReelgateError):
    """The upload has expired."""

    slug = "upload-gone"
    title = "Upload gone"
    status = 410


class IncompleteUploadError(ReelgateError):
    """Not all of a direct upload is in storage yet; what is there stays."""

    slug = "incomplete-upload"
    title = "Upload not complete"
    status = 409


class FinalUploadError(ReelgateError):
    """What was asked cannot be done to an upload that is made of others."""

    slug = "final-upload"
    title = "Upload is final"
    status = 403


class UnsupportedVersionError(ReelgateError):
    """The client speaks a version of the resumable protocol that is not spoken here."""

    slug = "unsupported-version"
    title = "Unsupported protocol version"
    status = 412


class RejectedChecksumError(ReelgateError):
    """The bytes of one resumable request are not those that its checksum was made of; they do not count."""

    slug = "checksum-mismatch"
    title = "Checksum mismatch"
    status = 460


class StalledBodyError(ReelgateError):
    """The client sent nothing for too long."""

    slug = "stalled-body"
    title = "Stalled upload"
    status = 408


class TooLargeError(ReelgateError):
    """The upload is larger than what is accepted."""

    slug = "too-large"
    title = "Too large"
    status = 413


class UnsupportedMediaError(ReelgateError):
    """The body comes in a form that is not understood here."""

    slug = "unsupported-media"
    title = "Unsupported media"
    status = 415


class CatalogueUnavailableError(ReelgateError):
    """The database cannot be opened, read or written right now; no video is lost by it."""

    slug = "catalogue-unavailable"
    title = "List unavailable"
    status = 503

    def __init__(self, detail: str, *, retry_after: int = 5) -> None:
        super().__init__(detail, retry_after=retry_after)


class VideoNotFoundError(ReelgateError):
    """There is no such video, or it is in the trash."""

    slug = "video-not-found"
    title = "Video not found"
    status = 404


class VideoReplacedError(ReelgateError):
    """The blob of a video has been written over past this server; what is in it now was never accepted."""

    slug = "video-replaced"
    title = "Video replaced"
    status = 410


class InvalidQueryError(ReelgateError):
    """A parameter of the query string cannot be used; `errors` names it."""

    slug = "invalid-query"
    title = "Invalid query"
    status = 400


class InvalidChangeError(ReelgateError):
    """What a video is to be changed into cannot be kept; `errors` names the field."""

    slug = "invalid-change"
    title = "Invalid change"
    status = 400


class RecordChangedError(ReelgateError):
    """The record is not the version that the client named in If-Match."""

    slug = "precondition-failed"
    title = "Precondition failed"
    status = 412


class RebuildRunningError(ReelgateError):
    """The index is being rebuilt already."""

    slug = "rebuild-running"
    title = "Rebuild running"
    status = 409
