"""The description of the API, as one feature."""

from routes.docs import api
from routes.http.feature import Feature, NavigationItem

FEATURE = Feature(
    blueprints=(api.blueprint,),
    navigation=(
        NavigationItem(
            endpoint="description.docs", text="docs.api", icon="code", order=90, at_end=True, in_new_tab=True
        ),
    ),
)
