"""Being told of changes, as one feature."""

from routes.http.feature import Feature
from routes.updates import api

FEATURE = Feature(blueprints=(api.blueprint,))
