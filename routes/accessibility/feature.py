"""Accessibility, as one feature."""

from routes.accessibility import api, pages
from routes.http.feature import Feature, NavigationItem
from services.actors.policy import Act, may

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    navigation=(
        NavigationItem(
            endpoint="accessibility_pages.worst",
            text="accessibility.accessibility",
            icon="captions",
            order=64,
            shown_to=lambda by: may(by, Act.LIST),
        ),
    ),
)
