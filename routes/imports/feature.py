"""Imports, as one feature."""

from routes.http.feature import Feature
from routes.imports import api

FEATURE = Feature(blueprints=(api.blueprint,))
