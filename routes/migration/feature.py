"""Migration, as one feature."""

from routes.http.feature import Feature
from routes.migration import api
from routes.migration.command import migrate

FEATURE = Feature(blueprints=(api.blueprint,), commands=(migrate,))
