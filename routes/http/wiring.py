"""How a handler reaches the services of its app, and its settings."""

from typing import cast

from flask import current_app

from services.assembly import Services

SERVICES = "reelgate.services"


def services() -> Services:
    """The services of the app that serves the current request."""
    return cast("Services", current_app.extensions[SERVICES])
