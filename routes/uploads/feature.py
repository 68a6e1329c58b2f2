"""Every way in, as one feature."""

from routes.http.feature import Feature
from routes.uploads import direct, resumable, whole

FEATURE = Feature(
    blueprints=(whole.blueprint, resumable.blueprint, direct.blueprint),
    exposed_headers=tuple(resumable.EXPOSED_HEADERS),
)
