"""Migration, as one feature."""

from routes.http.feature import Feature, NavigationItem
from routes.migration import api, pages
from routes.migration.command import migrate

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    commands=(migrate,),
    navigation=(
        NavigationItem(
            endpoint="migration_pages.page",
            text="migration.migration",
            icon="upload",
            order=67,
            at_end=True,
            shown_to=pages.is_of_use_to,
        ),
    ),
)
