"""What can go wrong with a migration as a whole; what is wrong with one file stands in the report."""

from services.errors import NotFoundError, ReelgateError


class MigrationOffError(ReelgateError):
    """No folder may be read."""

    slug = "migration-off"
    title = "Migration is off"
    status = 409


class InvalidFolderError(ReelgateError):
    """The folder cannot be taken in; `errors` names the parameter."""

    slug = "invalid-folder"
    title = "Invalid folder"
    status = 400


class MigrationNotFoundError(NotFoundError):
    """There is no such migration."""

    slug = "migration-not-found"
    title = "No such migration"


class UnreadableFileError(ReelgateError):
    """A file could not be read, or was changed meanwhile; the next time may do better."""

    slug = "unreadable-file"
    title = "Unreadable file"
    status = 422


def invalid_folder(reason: str) -> InvalidFolderError:
    """The fault of the folder that was asked for."""
    return InvalidFolderError(reason, errors=[{"field": "local_clips_dir", "reason": reason}])
