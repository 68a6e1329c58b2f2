"""What can go wrong with scrubbing."""

from services.errors import ReelgateError


class ScrubRunningError(ReelgateError):
    """Another process is at it."""

    slug = "scrub-running"
    title = "Scrubbing already"
    status = 409


class DamagedVideosError(ReelgateError):
    """Some of what is stored is not what it was."""
