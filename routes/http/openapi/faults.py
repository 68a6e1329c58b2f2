"""The errors that several operations answer with: domain errors, each with the sentence that is its example.

What one feature alone answers stands beside its handlers, as an error too.
"""

from routes.http.errors import UNEXPECTED
from services import errors
from services.accounts.errors import SecondFactorDemandedError
from services.actors.errors import ForbiddenError, HeldError, NotSignedInError
from services.database.errors import CatalogueUnavailableError, DatabaseUnavailableError, UnusableValueError
from services.errors import InvalidQueryError, ReelgateError
from services.library.errors import (
    ArchivedError,
    InvalidChangeError,
    RecordChangedError,
    VideoNotFoundError,
    VideoReplacedError,
)
from services.storage.errors import BlobExistsError, StorageError, StorageUnavailableError
from services.uploads.errors import (
    ChecksumMismatchError,
    FinalUploadError,
    IncompleteUploadError,
    InvalidUploadError,
    OffsetMismatchError,
    RejectedChecksumError,
    StalledBodyError,
    TruncatedBodyError,
    UnsupportedVersionError,
    UploadGoneError,
    UploadLockedError,
)


class _RangeError(ReelgateError):
    """A range that Werkzeug refuses; `routes/http/errors.py` answers it in the words of HTTP."""

    slug = "requested-range-not-satisfiable"
    title = "Requested Range Not Satisfiable"
    status = 416


INVALID_UPLOAD = InvalidUploadError(
    "The file is empty.",
    errors=[{"file": "film.mp4", "reason": "The file is empty."}],
)
TRUNCATED = TruncatedBodyError("The upload ended after 4096 of the 8192 bytes that were announced.")
WRONG_DIGEST = ChecksumMismatchError("The bytes that arrived do not have the SHA-256 that was sent.")
WRONG_CHUNK = RejectedChecksumError("The bytes do not have the checksum that was sent with them.")
STALLED = StalledBodyError("Nothing arrived for 30 seconds, so the upload was ended.")
TOO_LARGE = errors.TooLargeError("The video is larger than the 20480 MiB that are accepted here.")
UNSUPPORTED_MEDIA = errors.UnsupportedMediaError("Send the change as application/json.")
BUSY = errors.BusyError("All upload places of this server are taken. Try again in a moment.", retry_after=10)
INVALID_QUERY = InvalidQueryError(
    "The limit must be a number from 1 to 200.",
    errors=[{"field": "limit", "reason": "The limit must be a number from 1 to 200."}],
)
INVALID_CHANGE = InvalidChangeError(
    "The request cannot be used: size: Nothing but title and tags is taken.",
    errors=[{"field": "size", "reason": "Nothing but title and tags is taken"}],
)
VIDEO_NOT_FOUND = VideoNotFoundError("There is no such video, or it is in the trash.")
ARCHIVED = ArchivedError(
    "“holiday film” is in the archive. It cannot be played, downloaded or worked on before it is back.",
    errors=[{"field": "20261120T101512345Z_3f0c9d_holiday-film.mp4", "reason": "It is in the archive."}],
)
ACCESS_DENIED = errors.AccessDeniedError("This link has been revoked. Ask for a new one.")
NO_KEY = errors.KeyUnavailableError("This server has no key to sign with: set SECRET_KEY.")
RECORD_CHANGED = RecordChangedError("Somebody else has changed the video. Load it again.")
UPLOAD_NOT_FOUND = errors.NotFoundError("There is no such upload.")
INCOMPLETE_UPLOAD = IncompleteUploadError(
    "1 of the blocks are not there yet.",
    errors=[{"field": "blocks", "reason": "Block MDAwMDAwMDA= is not there."}],
)
UPLOAD_GONE = UploadGoneError("The upload has expired. Start it again.")
UPLOAD_LOCKED = UploadLockedError("Another request is sending bytes of this upload.")
OFFSET_MISMATCH = OffsetMismatchError("The upload has got to byte 4096.", upload_offset=4096)
VIDEO_REPLACED = VideoReplacedError("The blob of this video has been written over past this server.")
FINAL_UPLOAD = FinalUploadError("An upload that is made of others takes no bytes of its own.")
UNSUPPORTED_VERSION = UnsupportedVersionError("Send the header Tus-Resumable: 1.0.0.")
STORAGE_ERROR = StorageError("Storage answered something unexpected. Try again later.")
STORAGE_DOWN = StorageUnavailableError("Storage cannot be reached. Try again.", retry_after=5)
LIST_DOWN = CatalogueUnavailableError("The list cannot be read right now. Try again.", retry_after=5)
HELD = HeldError("This video is on legal hold. Nothing of it can be deleted before the hold is lifted.")
CONFLICT = BlobExistsError("Something of that name exists already.")
RANGE = _RangeError("The range begins after the end of the video.")
UNKNOWN_HOST = errors.UnknownHostError("This server does not answer to that name.")
CROSS_SITE = errors.CrossSiteError("A page of another site sent this.")
TOO_MANY_REQUESTS = errors.TooManyRequestsError("Too many requests. Try again in 20 seconds.", retry_after=20)
INTERNAL = ReelgateError(UNEXPECTED)

STORAGE = (STORAGE_ERROR, STORAGE_DOWN)
"""What can happen wherever storage is asked."""

UPLOADING = (INVALID_UPLOAD, TRUNCATED, STALLED, TOO_LARGE, UNSUPPORTED_MEDIA, BUSY, *STORAGE)
"""What can happen wherever bytes come in."""
TOKEN_NEEDED = errors.TokenNeededError("Send the METRICS_TOKEN of this server as a Bearer token.")
LOCAL_ONLY = errors.LocalOnlyError("This is shown only on the server's own machine.")
NOT_SIGNED_IN = NotSignedInError("Sign in to go on.")
FORBIDDEN = ForbiddenError("Your account may not do this.")
FACTOR_DEMANDED = SecondFactorDemandedError("Your role demands a second factor. Set one up under Your account first.")
NOT_FOUND = errors.NotFoundError("There is no such account.")
UNUSABLE_VALUE = UnusableValueError("Something in the request is longer, larger or another kind of text than is kept.")
DATABASE_DOWN = DatabaseUnavailableError("The database cannot be reached right now.", retry_after=5)
