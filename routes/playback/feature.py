"""Playing, as one feature."""

from routes.http.feature import Feature
from routes.playback import access, api, pages, zips

FEATURE = Feature(
    blueprints=(api.blueprint, access.blueprint, pages.blueprint, zips.blueprint),
    # Whoever holds such a URL may play, and nobody else by it.
    opened=frozenset({"access.play_by_url"}),
    public=frozenset({"playback.content", "watch.page", "zips.download", "zips.download_many"}),
)
