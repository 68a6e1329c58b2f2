"""What can go wrong before anything is done to many videos; what goes wrong with one of them is its result."""

from services.errors import NotFoundError, ReelgateError


class InvalidBulkError(ReelgateError):
    """What is to be done, or to which videos, cannot be understood; `errors` names the field."""

    slug = "invalid-bulk"
    title = "Invalid bulk action"
    status = 400


class BulkNotFoundError(NotFoundError):
    """Nothing of that id was done, or not by whoever asks."""

    slug = "bulk-not-found"
    title = "No such bulk action"


class NothingToUndoError(ReelgateError):
    """It was no deletion, or has been taken back before."""

    slug = "nothing-to-undo"
    title = "Nothing to undo"
    status = 409


def invalid(field: str, reason: str) -> InvalidBulkError:
    """What is said of a field that cannot be used."""
    return InvalidBulkError(reason, errors=[{"field": field, "reason": reason}])
