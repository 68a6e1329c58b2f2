"""What can go wrong with sign tracks."""

from services.errors import ReelgateError


class SignTrackNotFoundError(ReelgateError):
    """The video has no track in that sign language, or none that whoever asks may see."""

    slug = "sign-track-not-found"
    title = "Sign track not found"
    status = 404


class InvalidSignTrackError(ReelgateError):
    """What was sent cannot be a sign track; `errors` names the field."""

    slug = "invalid-sign-track"
    title = "Invalid sign track"
    status = 400


class EditedSignTrackError(ReelgateError):
    """A person has set the track, and nothing automatic is put over that."""

    slug = "edited"
    title = "Set by a person"
    status = 409
