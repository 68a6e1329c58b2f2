"""What reading everything again has found, as one feature."""

from routes.http.feature import Feature, NavigationItem
from routes.scrub import api, pages
from routes.scrub.commands import storage
from services.actors.policy import Act, may

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    commands=(storage,),
    navigation=(
        NavigationItem(
            endpoint="scrub_pages.page",
            text="scrub.scrub",
            icon="check",
            order=67,
            at_end=True,
            shown_to=lambda by: may(by, Act.MANAGE),
        ),
    ),
)
