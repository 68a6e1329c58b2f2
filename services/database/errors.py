"""What can go wrong with the database."""

from typing import ClassVar

from services.errors import ReelgateError


class DatabaseUnavailableError(ReelgateError):
    """The database cannot be opened, read or written right now."""

    slug = "database-unavailable"
    title = "Database unavailable"
    status = 503
    sentence: ClassVar[str] = "The database cannot be reached right now. Try again in a moment."
    """What is said when there is nothing more precise to say."""

    def __init__(self, detail: str, *, retry_after: int = 5) -> None:
        super().__init__(detail, retry_after=retry_after)


class CatalogueUnavailableError(DatabaseUnavailableError):
    """The list of videos cannot be opened, read or written right now; no video is lost by it."""

    slug = "catalogue-unavailable"
    title = "List unavailable"
    sentence = "The list of videos cannot be reached right now. Try again in a moment."


class DatabaseConflictError(ReelgateError):
    """What was to be written contradicts what is there: a key exists already, or one that is named does not."""

    slug = "conflict"
    title = "Conflict"
    status = 409


class UnusableValueError(ReelgateError):
    """What somebody has sent fits into no column: a text with NUL, or a number that is too large."""

    slug = "unusable-value"
    title = "Unusable value"
    status = 400


class SchemaError(DatabaseUnavailableError):
    """The database has not the tables that this version needs; the text says what to do."""

    slug = "database-schema"
    title = "Database of another version"


class NoDatabaseError(SchemaError):
    """There is no durable database yet, so nobody has an account and nothing is set; what needs one has to wait."""

    slug = DatabaseUnavailableError.slug
    title = DatabaseUnavailableError.title


class DiskRefusesError(DatabaseUnavailableError):
    """The disk under the database is full, read-only or broken; the text says what SQLite says."""

    slug = "disk-refuses"
    title = "Disk cannot be written"


class BackupError(ReelgateError):
    """A backup cannot be written, read or restored; the text says why."""

    slug = "backup-refused"
    title = "Backup refused"
    status = 409
