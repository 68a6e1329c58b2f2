"""The audit, as one feature."""

from routes.audit import api, pages
from routes.http.feature import Feature, NavigationItem
from services.actors.policy import Act, may

FEATURE = Feature(
    blueprints=(api.blueprint, pages.blueprint),
    navigation=(
        NavigationItem(
            endpoint="audit_pages.audit",
            text="audit.audit",
            icon="clock",
            order=65,
            shown_to=lambda actor: may(actor, Act.READ_AUDIT),
        ),
    ),
)
