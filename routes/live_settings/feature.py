"""Live settings, as one feature."""

from routes.http.feature import Feature, NavigationItem
from routes.live_settings import api, pages
from services.actors.policy import Act, may

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    navigation=(
        NavigationItem(
            endpoint="settings_pages.settings",
            text="live_settings.settings",
            icon="settings",
            order=70,
            shown_to=lambda actor: may(actor, Act.ADMINISTER),
        ),
    ),
)
