"""The sign engine, as one feature."""

from routes.http.feature import Feature
from routes.sign_engine import api, pages

FEATURE = Feature(blueprints=(api.blueprint, pages.blueprint))
