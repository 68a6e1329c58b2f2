"""Health for load balancers and for people: alive, and ready."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint

from routes.wiring import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def alive() -> dict[str, str]:
    """Say that the process answers; touches nothing outside it."""
    return {"status": "ok"}


@blueprint.get("/health/ready")
def ready() -> tuple[dict[str, Any], int]:
    """Say whether everything that the app depends on answers, each with its own verdict and time."""
    checks = services().readiness.check()
    healthy = all(check.ok for check in checks.values())
    body = {
        "status": "ok" if healthy else "unavailable",
        "checks": {name: _verdict(asdict(check)) for name, check in checks.items()},
    }
    return body, 200 if healthy else 503


def _verdict(check: dict[str, Any]) -> dict[str, Any]:
    verdict = {"status": "ok" if check["ok"] else "down", "seconds": check["seconds"]}
    return verdict if check["reason"] is None else verdict | {"reason": check["reason"]}
