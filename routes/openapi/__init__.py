"""The description of the API: OpenAPI 3.1, from the operations that the modules here list."""

from routes.openapi.document import document, operations

__all__ = ["document", "operations"]
