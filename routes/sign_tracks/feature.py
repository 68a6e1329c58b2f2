"""Sign tracks, as one feature."""

from routes.http.feature import Feature
from routes.sign_tracks import api, pages

FEATURE = Feature(blueprints=(api.blueprint, pages.blueprint), public=frozenset({"sign_tracks.get_track"}))
