"""Health for load balancers and for people: alive, and ready."""

from typing import Annotated, Literal

from flask import Blueprint, Response
from msgspec import Meta, Struct

from routes.http.messages import show
from routes.http.openapi.operation import Answer, operation
from routes.http.operators import asks_as_operator
from routes.http.wiring import services
from services.operations.health import CheckResult

blueprint = Blueprint("health", __name__)

_TAG = "Service"


class Alive(Struct, frozen=True):
    """The process answers."""

    status: Literal["ok"]


class CheckMessage(Struct, frozen=True, omit_defaults=True):
    """One thing that the app depends on."""

    status: Literal["ok", "down"]
    seconds: float
    reason: str | None = None


class Checks(Struct, frozen=True):
    """All of them."""

    storage: CheckMessage
    database: CheckMessage


class Ready(Struct, frozen=True, omit_defaults=True):
    """Whether all that the app depends on answers."""

    status: Literal["ok", "unavailable"]
    checks: Annotated[Checks | None, Meta(description="Only for whoever runs the server.")] = None


_OK = CheckMessage("ok", seconds=0.004)
_DOWN = CheckMessage("down", seconds=2.0, reason="Storage cannot be reached.")


@blueprint.get("/health")
@operation(
    tag=_TAG,
    about="Touches nothing outside the process: what load balancers should ask.",
    curl='curl "$URL/health"',
    answers=[Answer(200, "It does.", schema=Alive, example=Alive("ok"))],
)
def alive() -> Response:
    """Whether the process answers."""
    return show(Alive("ok"))


@blueprint.get("/health/ready")
@operation(
    tag=_TAG,
    about="Which parts do is told to whoever brings METRICS_TOKEN; without one, on the server's own machine alone.",
    curl='curl "$URL/health/ready"',
    answers=[
        Answer(200, "All of it does.", schema=Ready, example=Ready("ok", Checks(storage=_OK, database=_OK))),
        Answer(
            503, "Something does not.", schema=Ready, example=Ready("unavailable", Checks(storage=_DOWN, database=_OK))
        ),
    ],
)
def ready() -> Response:
    """Whether all that the app depends on answers."""
    checks = services().operations.readiness.check()
    healthy = all(check.ok for check in checks.values())
    verdicts = {name: _verdict(check) for name, check in checks.items()}
    shown = Checks(**verdicts) if asks_as_operator() else None
    return show(Ready("ok" if healthy else "unavailable", shown), 200 if healthy else 503)


def _verdict(check: CheckResult) -> CheckMessage:
    return CheckMessage("ok" if check.ok else "down", seconds=check.seconds, reason=check.reason)
