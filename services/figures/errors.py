"""What can go wrong with figures."""

from services.errors import ReelgateError


class InvalidTimingError(ReelgateError):
    """What was measured cannot be counted; `errors` names the field."""

    slug = "invalid-timing"
    title = "Invalid timing"
    status = 400
