"""What reading everything again has found, as one feature; the page of storage leads there."""

from routes.http.feature import Feature
from routes.scrub import api, pages
from routes.scrub.commands import storage

FEATURE = Feature(blueprints=(api.blueprint, pages.blueprint), commands=(storage,))
