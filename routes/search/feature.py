"""Search, as one feature."""

from routes.http.feature import Feature
from routes.search import api, pages

FEATURE = Feature(blueprints=(api.blueprint, pages.blueprint))
