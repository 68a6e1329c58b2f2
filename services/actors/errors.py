"""Who may not, and who would have to sign in first."""

from services.errors import ReelgateError


class NotSignedInError(ReelgateError):
    """Nobody is signed in, and this needs somebody."""

    slug = "not-signed-in"
    title = "Sign in first"
    status = 401


class ForbiddenError(ReelgateError):
    """Whoever asks may see this, and may not do what they asked."""

    slug = "forbidden"
    title = "Not allowed"
    status = 403


class HeldError(ReelgateError):
    """The video is on legal hold: nothing of it is deleted by anybody before that is lifted."""

    slug = "held"
    title = "On legal hold"
    status = 409
