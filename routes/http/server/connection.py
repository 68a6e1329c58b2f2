"""The connection that a request has come over."""

import socket
from collections.abc import Mapping
from typing import Any

_CONNECTION = "gunicorn.socket"


def connection_of(environ: Mapping[str, Any]) -> socket.socket | None:
    """Its socket, as gunicorn leaves it in the request's environment; None where another server runs the app."""
    found = environ.get(_CONNECTION)
    return found if isinstance(found, socket.socket) else None
