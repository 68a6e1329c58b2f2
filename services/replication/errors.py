"""What can go wrong with the copy."""

from services.errors import ReelgateError


class ReplicationError(ReelgateError):
    """The database cannot be copied or brought back; the text says why, and what to do."""

    slug = "replication-refused"
    title = "Replication refused"
    status = 503
