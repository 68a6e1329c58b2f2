"""Jobs, as one feature."""

from routes.http.feature import Feature, NavigationItem
from routes.jobs import api, pages
from services.actors.policy import Act, may

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    navigation=(
        NavigationItem(
            endpoint="job_pages.page", text="jobs.jobs", icon="jobs", order=40, shown_to=lambda by: may(by, Act.EDIT)
        ),
    ),
)
