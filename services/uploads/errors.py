"""What can go wrong with an upload."""

from services.errors import ReelgateError


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
