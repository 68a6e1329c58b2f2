"""What can go wrong with documents."""

from services.errors import ReelgateError


class DocumentNotFoundError(ReelgateError):
    """The film has no document of that name."""

    slug = "document-not-found"
    title = "Document not found"
    status = 404


class InvalidDocumentError(ReelgateError):
    """What was sent is no document that is taken here; `errors` names the field."""

    slug = "invalid-document"
    title = "Invalid document"
    status = 400


class DocumentExistsError(ReelgateError):
    """The film has another document of that name."""

    slug = "conflict"
    title = "Conflict"
    status = 409
