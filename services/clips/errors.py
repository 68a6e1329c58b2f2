"""What can go wrong with clips."""

from services.errors import NotFoundError, ReelgateError


class ClipNotFoundError(NotFoundError):
    """There is no such clip, or none that the actor may see."""

    slug = "clip-not-found"
    title = "Clip not found"


class InvalidClipError(ReelgateError):
    """No such clip can be taken; `errors` names the field."""

    slug = "invalid-clip"
    title = "Invalid clip"
    status = 400


class ClipNotReadyError(ReelgateError):
    """It has not been cut yet, so there is nothing to play."""

    slug = "clip-not-ready"
    title = "Not cut yet"
    status = 409


def invalid(field: str, reason: str) -> InvalidClipError:
    """The fault of one field."""
    return InvalidClipError(f"{reason}.", errors=[{"field": field, "reason": reason}])
