"""What Prometheus reads: `/metrics`, and the counting of requests."""

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from routes.access_log import ROUTE
from services.metrics import exposition

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def show() -> Response:
    """All figures of this instance, over all its workers."""
    return Response(exposition(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


@blueprint.app_url_value_preprocessor
def name_route(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Let the access log know which route the request takes: an address would be one of too many."""
    if request.url_rule is not None:
        request.environ[ROUTE] = request.url_rule.rule
