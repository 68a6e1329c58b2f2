"""The library, as one feature."""

from routes.http.feature import Feature, NavigationItem
from routes.library import api, pages
from services.actors.policy import Act, may

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    public=frozenset({"videos.get_video"}),
    navigation=(
        NavigationItem(
            endpoint="library.home",
            text="library.library",
            icon="library",
            order=10,
            shown_to=lambda by: may(by, Act.LIST),
        ),
        NavigationItem(
            endpoint="library.trash",
            text="library.trash",
            icon="trash",
            order=80,
            at_end=True,
            shown_to=lambda by: may(by, Act.EDIT),
        ),
    ),
)
