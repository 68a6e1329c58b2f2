"""Artists, as one feature."""

from routes.artists import api, importing, pages, pictures, wanted, wanted_pages
from routes.http.feature import Feature, NavigationItem
from services.actors.policy import Act, may

FEATURE = Feature(
    blueprints=(
        *(api.blueprint, importing.blueprint, wanted.blueprint, pictures.blueprint),
        *(pages.blueprint, wanted_pages.blueprint),
    ),
    navigation=(
        NavigationItem(
            endpoint="artist_pages.page",
            text="artists.sources",
            icon="source",
            order=30,
            shown_to=lambda by: may(by, Act.READ_SOURCES),
        ),
    ),
)
"""Artists and wanted films over HTTP."""
