"""What can go wrong with an import."""

from services.errors import NotFoundError, ReelgateError


class InvalidImportError(ReelgateError):
    """What was asked for cannot be imported; `errors` names the faulty field."""

    slug = "invalid-import"
    title = "Invalid import"
    status = 400


class ImportNotFoundError(NotFoundError):
    """There is no such import."""

    slug = "import-not-found"
    title = "No such import"


class AlreadyHereError(ReelgateError):
    """What was asked for is a video here already."""

    slug = "already-here"
    title = "It is here already"
    status = 409

    def __init__(self, detail: str, *, video_id: str) -> None:
        """`video_id` names the video."""
        super().__init__(detail, errors=[{"field": "url", "reason": detail}])
        self.video_id = video_id


class UnfetchableError(ReelgateError):
    """It could not be fetched this time; the next time may do better."""

    slug = "unfetchable"
    title = "It could not be fetched"
    status = 502


def invalid(field: str, reason: str) -> InvalidImportError:
    """The fault of one field."""
    return InvalidImportError(reason, errors=[{"field": field, "reason": reason}])
