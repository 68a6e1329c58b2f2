"""Collections, as one feature."""

from routes.collections import api
from routes.http.feature import Feature

FEATURE = Feature(blueprints=(api.blueprint,))
"""Collections over HTTP."""
