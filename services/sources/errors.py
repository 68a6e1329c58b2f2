"""What can go wrong with outside services."""

from services.errors import ReelgateError


class SourceNotFoundError(ReelgateError):
    """There is no outside service of that name."""

    slug = "source-not-found"
    title = "No such service"
    status = 404


class SourceFailedError(ReelgateError):
    """The service did not answer as its documents say."""

    slug = "source-failed"
    title = "The service did not answer as hoped"
    status = 502


class SourceRestsError(ReelgateError):
    """The service is not asked now: it has asked for a pause, or has failed too often."""

    slug = "source-rests"
    title = "The service is not asked now"
    status = 503


class SourceOffError(ReelgateError):
    """The service has no key, or no address, to be asked with."""

    slug = "source-off"
    title = "The service is not set up"
    status = 409


class InvalidListError(ReelgateError):
    """No list of artists can be meant by this."""

    slug = "invalid-list"
    title = "No list of artists"
    status = 400


class ListNotFoundError(ReelgateError):
    """The service has no such list."""

    slug = "list-not-found"
    title = "No such list"
    status = 404


class ListNotShownError(ReelgateError):
    """The service does not show the list to us."""

    slug = "list-not-shown"
    title = "The list is not shown"
    status = 409
