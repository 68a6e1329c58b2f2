"""Costs, as one feature."""

from routes.costs import api, commands, pages
from routes.http.feature import Feature, NavigationItem
from services.actors.policy import Act, may

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    commands=(commands.prices,),
    navigation=(
        NavigationItem(
            endpoint="cost_pages.storage",
            text="costs.storage",
            icon="coins",
            order=67,
            at_end=True,
            shown_to=lambda by: may(by, Act.MANAGE),
        ),
    ),
)
