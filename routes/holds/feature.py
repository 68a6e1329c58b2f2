"""Legal holds, as one feature."""

from routes.holds import api, pages
from routes.http.feature import Feature

FEATURE = Feature(blueprints=(api.blueprint, pages.blueprint))
