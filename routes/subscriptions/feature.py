"""Subscriptions, as one feature."""

from routes.http.feature import Feature, NavigationItem
from routes.subscriptions import api, pages

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    navigation=(
        NavigationItem(endpoint="schedule_pages.page", text="subscriptions.schedules", icon="calendar", order=47),
    ),
)
