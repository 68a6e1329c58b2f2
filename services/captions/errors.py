"""What can go wrong with captions."""

from services.errors import NotFoundError, ReelgateError, TooLargeError


class NoCaptionFileError(ReelgateError):
    """What was sent is no file of captions, or nothing in it can be shown."""

    slug = "no-caption-file"
    title = "No caption file"
    status = 400


class TooManyCuesError(TooLargeError):
    """There are more cues in it than any film needs."""


class CaptionsNotFoundError(NotFoundError):
    """The video has no such track."""

    slug = "captions-not-found"
    title = "No such captions"


class EditedCaptionsError(ReelgateError):
    """A person has worked on the track, and nothing automatic writes over that."""

    slug = "edited"
    title = "Edited by a person"
    status = 409


class InvalidChaptersError(ReelgateError):
    """The chapters cannot be kept; `errors` names the field."""

    slug = "invalid-chapters"
    title = "Invalid chapters"
    status = 400


class InvalidDraftError(ReelgateError):
    """The cues of a draft cannot be kept; `errors` names the field."""

    slug = "invalid-draft"
    title = "Invalid draft"
    status = 400
