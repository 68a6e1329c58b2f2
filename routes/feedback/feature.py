"""Feedback, as one feature."""

from routes.feedback import api, pages
from routes.http.feature import Feature

FEATURE = Feature(blueprints=(api.blueprint, pages.blueprint))
