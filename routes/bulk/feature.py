"""Bulk actions, as one feature."""

from routes.bulk import api, pages
from routes.http.feature import Feature

FEATURE = Feature(blueprints=(api.blueprint, pages.blueprint))
