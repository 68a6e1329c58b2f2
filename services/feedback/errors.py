"""What can go wrong with feedback."""

from services.errors import ReelgateError


class InvalidFeedbackError(ReelgateError):
    """The feedback cannot be kept; `errors` names the field."""

    slug = "invalid-feedback"
    title = "Invalid feedback"
    status = 400
