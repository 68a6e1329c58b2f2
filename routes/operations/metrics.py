"""What Prometheus reads: `/metrics`, and the counting of requests."""

from flask import Blueprint, Response, request
from prometheus_client import CONTENT_TYPE_LATEST

from routes.http.access_log import ROUTE
from routes.http.openapi.faults import LOCAL_ONLY, TOKEN_NEEDED
from routes.http.openapi.operation import TEXT, Answer, operation
from routes.http.operators import require_operator
from services.metrics import exposition

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@operation(
    name="measure",
    tag="Service",
    about="What this instance has done and is doing, over all its workers; docs/operations.md explains each. "
    "It asks for METRICS_TOKEN; without one it is shown on the server's own machine alone.",
    curl='curl -H "Authorization: Bearer $METRICS_TOKEN" "$URL/metrics"',
    answers=[Answer(200, "Prometheus' text format.", schema=TEXT, content_type="text/plain")],
    faults=[TOKEN_NEEDED, LOCAL_ONLY],
)
def show() -> Response:
    """Figures for Prometheus."""
    require_operator()
    return Response(exposition(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


@blueprint.app_url_value_preprocessor
def name_route(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Let the access log know which route the request takes: an address would be one of too many."""
    if request.url_rule is not None:
        request.environ[ROUTE] = request.url_rule.rule
