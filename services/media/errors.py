"""What can go wrong with a film, and with what works on it."""

from services.errors import ReelgateError


class MediaError(ReelgateError):
    """Work on a film failed for a reason that may pass: it is worth another attempt."""

    slug = "media-failed"
    title = "Work on the film failed"
    status = 503


class BadMediaError(ReelgateError):
    """The file cannot be used, however often it is tried; the text says why."""

    slug = "bad-media"
    title = "The film cannot be used"
    status = 422


class ToolMissingError(ReelgateError):
    """There is no ffmpeg, or the one that is configured does not run."""

    slug = "no-ffmpeg"
    title = "No ffmpeg"
    status = 503


class NoScratchRoomError(ReelgateError):
    """The scratch space is taken by other work: this work has to wait."""

    slug = "no-scratch-room"
    title = "No scratch room"
    status = 503


class UnknownKindError(ReelgateError):
    """Something was asked for that nobody here can do to a video."""

    slug = "unknown-kind"
    title = "No such kind of work"
    status = 400
