"""What can go wrong in the library."""

from services.errors import ReelgateError


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


class ArchivedError(ReelgateError):
    """The video is in the archive, where it can be neither read nor changed; it has to be brought back first."""

    slug = "archived"
    title = "In the archive"
    status = 409


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
