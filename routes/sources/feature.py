"""Outside services, as one feature."""

from routes.http.feature import Feature, NavigationItem
from routes.sources import api, discovery, pages
from services.actors.policy import Act, may

FEATURE = Feature(
    blueprints=(api.blueprint, discovery.blueprint, pages.blueprint),
    navigation=(
        NavigationItem(
            endpoint="source_pages.page",
            text="sources.services",
            icon="outside",
            order=66,
            at_end=True,
            shown_to=lambda by: may(by, Act.CHANGE_SOURCES),
        ),
    ),
)
