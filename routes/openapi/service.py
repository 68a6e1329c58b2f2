"""The service about itself."""

from routes.openapi.operation import Answer, Operation, ref

_TAG = "Service"
_READY = {"storage": {"status": "ok", "seconds": 0.004}, "database": {"status": "ok", "seconds": 0.001}}
_DOWN = {
    "storage": {"status": "down", "seconds": 2.0, "reason": "Storage cannot be reached."},
    "database": {"status": "ok", "seconds": 0.001},
}

OPERATIONS = {
    "GET /health": Operation(
        name="alive",
        tag=_TAG,
        summary="Whether the process answers",
        about="Touches nothing outside the process: what load balancers should ask.",
        curl='curl "$URL/health"',
        answers=[Answer(status=200, about="It does.", schema=ref("Alive"), example={"status": "ok"})],
    ),
    "GET /health/ready": Operation(
        name="ready",
        tag=_TAG,
        summary="Whether all that the app depends on answers",
        curl='curl "$URL/health/ready"',
        answers=[
            Answer(
                status=200, about="All of it does.", schema=ref("Ready"), example={"status": "ok", "checks": _READY}
            ),
            Answer(
                status=503,
                about="Something does not.",
                schema=ref("Ready"),
                example={"status": "unavailable", "checks": _DOWN},
            ),
        ],
    ),
    "GET /metrics": Operation(
        name="measure",
        tag=_TAG,
        summary="Figures for Prometheus",
        about="What this instance has done and is doing, over all its workers; docs/operations.md explains each.",
        curl='curl "$URL/metrics"',
        answers=[
            Answer(status=200, about="Prometheus' text format.", schema={"type": "string"}, content_type="text/plain")
        ],
    ),
    "GET /api/openapi.json": Operation(
        name="describe",
        tag=_TAG,
        summary="This description",
        curl='curl "$URL/api/openapi.json"',
        answers=[Answer(status=200, about="OpenAPI 3.1.", schema={"type": "object", "required": ["openapi"]})],
    ),
}
