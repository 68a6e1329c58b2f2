"""Artists, as one feature."""

from routes.artists import api, importing, wanted
from routes.http.feature import Feature

FEATURE = Feature(blueprints=(api.blueprint, importing.blueprint, wanted.blueprint))
"""Artists and wanted films over HTTP."""
