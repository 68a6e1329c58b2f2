"""What can go wrong with collections."""

from services.errors import ReelgateError


class CollectionNotFoundError(ReelgateError):
    """There is no such collection, or the actor may not see it."""

    slug = "collection-not-found"
    title = "No such collection"
    status = 404


class InvalidCollectionError(ReelgateError):
    """What is said of a collection cannot be kept; `errors` names the field."""

    slug = "invalid-collection"
    title = "Invalid collection"
    status = 400


def invalid(field: str, reason: str) -> InvalidCollectionError:
    """The error that names a field."""
    return InvalidCollectionError(reason, errors=[{"field": field, "reason": reason}])
