"""Documents, as one feature."""

from routes.documents import api, pages
from routes.http.feature import Feature

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    public=frozenset({"documents.list_documents", "documents.get_document"}),
)
