"""Collections, as one feature."""

from routes.collections import api, pages
from routes.http.feature import Feature, NavigationItem
from services.actors.policy import Act, may

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    navigation=(
        NavigationItem(
            endpoint="collection_pages.page",
            text="collections.collections",
            icon="folder",
            order=41,
            shown_to=lambda by: may(by, Act.LIST),
        ),
    ),
)
"""Collections over HTTP."""
