"""Rules, as one feature."""

from routes.http.feature import Feature
from routes.rules import api, pages

FEATURE = Feature(blueprints=(api.blueprint, pages.blueprint))
