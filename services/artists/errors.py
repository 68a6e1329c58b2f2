"""What can go wrong with artists."""

from services.errors import ReelgateError


class ArtistNotFoundError(ReelgateError):
    """There is no such artist."""

    slug = "artist-not-found"
    title = "No such artist"
    status = 404


class WantedNotFoundError(ReelgateError):
    """No such film is wanted."""

    slug = "wanted-not-found"
    title = "No such film"
    status = 404


class PictureNotFoundError(ReelgateError):
    """There is no picture of this artist or film here, or not yet."""

    slug = "picture-not-found"
    title = "No picture"
    status = 404


class InvalidArtistError(ReelgateError):
    """What is said of the artist cannot be kept; `errors` names the field."""

    slug = "invalid-artist"
    title = "Invalid artist"
    status = 400


class ArtistExistsError(ReelgateError):
    """Another artist has this name, or this id at a service."""

    slug = "artist-exists"
    title = "Here already"
    status = 409

    def __init__(self, detail: str, *, id_: str, field: str = "name") -> None:
        super().__init__(detail, errors=[{"field": field, "reason": detail}])
        self.id = id_


class InvalidWantedStateError(ReelgateError):
    """A person cannot put a film into this state."""

    slug = "invalid-state"
    title = "Not possible"
    status = 400


class NoAddressError(ReelgateError):
    """Nobody knows where the film can be fetched."""

    slug = "no-address"
    title = "No address"
    status = 409
