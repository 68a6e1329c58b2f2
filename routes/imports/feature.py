"""Imports, as one feature."""

from routes.http.feature import Feature, NavigationItem
from routes.imports import api, pages

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    navigation=(
        NavigationItem(
            endpoint="import_pages.page",
            text="imports.imports",
            icon="download",
            order=46,
            shown_to=pages.is_of_use_to,
        ),
    ),
)
