"""The errors that operations answer with, each made from the domain error behind it, with a sentence as an example."""

from dataclasses import dataclass
from typing import Any

from services import errors
from services.errors import ReelgateError
from utils.problems import problem


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One kind of error answer."""

    slug: str
    title: str
    status: int
    detail: str
    retry_after: int | None = None
    extras: tuple[tuple[str, Any], ...] = ()

    def example(self) -> dict[str, Any]:
        """The body of such an answer."""
        extras = dict(self.extras) | ({"retry_after": self.retry_after} if self.retry_after else {})
        return problem(
            self.slug,
            title=self.title,
            status=self.status,
            detail=self.detail,
            request_id="3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f",
            extras=extras,
        )


def _fault(kind: type[ReelgateError], detail: str, *, retry_after: int | None = None, **extras: Any) -> Fault:
    return Fault(
        slug=kind.slug,
        title=kind.title,
        status=kind.status,
        detail=detail,
        retry_after=retry_after,
        extras=tuple(extras.items()),
    )


INVALID_UPLOAD = _fault(
    errors.InvalidUploadError,
    "The file is empty.",
    errors=[{"file": "film.mp4", "reason": "The file is empty."}],
)
TRUNCATED = _fault(errors.TruncatedBodyError, "The upload ended after 4096 of the 8192 bytes that were announced.")
WRONG_DIGEST = _fault(errors.ChecksumMismatchError, "The bytes that arrived do not have the SHA-256 that was sent.")
WRONG_CHUNK = _fault(errors.RejectedChecksumError, "The bytes do not have the checksum that was sent with them.")
STALLED = _fault(errors.StalledBodyError, "Nothing arrived for 30 seconds, so the upload was ended.")
TOO_LARGE = _fault(errors.TooLargeError, "The video is larger than the 20480 MiB that are accepted here.")
UNSUPPORTED_MEDIA = _fault(errors.UnsupportedMediaError, "Send the change as application/json.")
BUSY = _fault(errors.BusyError, "All upload places of this server are taken. Try again in a moment.", retry_after=10)
INVALID_QUERY = _fault(
    errors.InvalidQueryError,
    "The limit must be a number from 1 to 200.",
    errors=[{"field": "limit", "reason": "The limit must be a number from 1 to 200."}],
)
INVALID_CHANGE = _fault(
    errors.InvalidChangeError,
    "Only title and tags can be changed.",
    errors=[{"field": "size", "reason": "Only title and tags can be changed."}],
)
VIDEO_NOT_FOUND = _fault(errors.VideoNotFoundError, "There is no such video, or it is in the trash.")
RECORD_CHANGED = _fault(errors.RecordChangedError, "Somebody else has changed the video. Read it again.")
UPLOAD_NOT_FOUND = _fault(errors.NotFoundError, "There is no such upload.")
INCOMPLETE_UPLOAD = _fault(
    errors.IncompleteUploadError,
    "1 of the blocks are not there yet.",
    errors=[{"field": "blocks", "reason": "Block MDAwMDAwMDA= is not there."}],
)
VIDEO_REPLACED = _fault(
    errors.VideoReplacedError, "The content of this video has been replaced by something that was not checked."
)
UPLOAD_GONE = _fault(errors.UploadGoneError, "The upload has expired. Begin it again.")
UPLOAD_LOCKED = _fault(errors.UploadLockedError, "Another request is sending bytes of this upload.", retry_after=2)
OFFSET_MISMATCH = _fault(errors.OffsetMismatchError, "The upload has got to byte 4096.", upload_offset=4096)
INCOMPLETE = _fault(errors.IncompleteUploadError, "Not all blocks are in storage yet. Send the rest, then ask again.")
VIDEO_REPLACED = _fault(errors.VideoReplacedError, "The blob of this video has been written over past this server.")
FINAL_UPLOAD = _fault(errors.FinalUploadError, "An upload that is made of others takes no bytes of its own.")
UNSUPPORTED_VERSION = _fault(errors.UnsupportedVersionError, "Send the header Tus-Resumable: 1.0.0.")
STORAGE_ERROR = _fault(errors.StorageError, "Storage answered something unexpected. Try again later.")
STORAGE_DOWN = _fault(errors.StorageUnavailableError, "Storage cannot be reached. Try again.", retry_after=5)
LIST_DOWN = _fault(errors.CatalogueUnavailableError, "The list cannot be read right now. Try again.", retry_after=5)
CONFLICT = _fault(errors.BlobExistsError, "Something of that name exists already.")
RANGE = Fault(
    slug="requested-range-not-satisfiable",
    title="Requested Range Not Satisfiable",
    status=416,
    detail="The range begins behind the end of the video.",
)
UNKNOWN_HOST = _fault(errors.UnknownHostError, "This server does not answer to that name.")
CROSS_SITE = _fault(errors.CrossSiteError, "A page of another site has sent this.")
TOO_MANY_REQUESTS = _fault(errors.TooManyRequestsError, "Too many requests. Try again in 20 seconds.", retry_after=20)
INTERNAL = Fault(
    slug="internal-error",
    title="Internal error",
    status=500,
    detail="Something went wrong on our side. Give the request id to whoever runs this service.",
)

STORAGE = (STORAGE_ERROR, STORAGE_DOWN)
"""What can happen wherever storage is asked."""

UPLOADING = (INVALID_UPLOAD, TRUNCATED, STALLED, TOO_LARGE, UNSUPPORTED_MEDIA, BUSY, *STORAGE)
"""What can happen wherever bytes come in."""
