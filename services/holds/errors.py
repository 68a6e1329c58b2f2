"""What can go wrong with legal holds."""

from services.errors import ReelgateError


class InvalidHoldError(ReelgateError):
    """The hold cannot be put; `errors` names the field."""

    slug = "invalid-hold"
    title = "Invalid hold"
    status = 400
