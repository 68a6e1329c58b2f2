"""Figures, as one feature."""

from routes.figures import pages
from routes.http.feature import Feature, NavigationItem
from services.actors.policy import Act, may

FEATURE = Feature(
    blueprints=(pages.blueprint,),
    navigation=(
        NavigationItem(
            endpoint="figure_pages.figures",
            text="figures.figures",
            icon="all",
            order=66,
            at_end=True,
            shown_to=lambda by: may(by, Act.MANAGE),
        ),
    ),
)
