"""What can go wrong with subscriptions."""

from services.errors import NotFoundError, ReelgateError


class SubscriptionNotFoundError(NotFoundError):
    """There is no such subscription."""

    slug = "subscription-not-found"
    title = "No such subscription"


class InvalidSubscriptionError(ReelgateError):
    """What was asked for cannot be looked at on a schedule; `errors` names the faulty field."""

    slug = "invalid-subscription"
    title = "Invalid subscription"
    status = 400


class SubscriptionExistsError(ReelgateError):
    """The same is looked at already."""

    slug = "subscription-exists"
    title = "Here already"
    status = 409

    def __init__(self, detail: str, *, id_: str) -> None:
        super().__init__(detail, errors=[{"field": "id", "reason": id_}])
        self.id = id_
        """The id of that subscription."""


def invalid(field: str, reason: str) -> InvalidSubscriptionError:
    """The fault of one field."""
    return InvalidSubscriptionError(f"{field}: {reason}.", errors=[{"field": field, "reason": reason}])
