"""Who may see how the server itself is doing: whoever runs it, and nobody else."""

import hmac

from flask import Flask, current_app, request

from services.errors import LocalOnlyError, TokenNeededError
from utils.hosts import is_loopback, is_loopback_host, without_port

_TOKEN = "METRICS_TOKEN"  # noqa: S105 - the name of the setting
_FORWARDING = frozenset({"forwarded", "via", "x-real-ip", "x-client-ip", "client-ip", "true-client-ip"})
_FORWARDING_PREFIXES = ("x-forwarded", "x-original-", "x-azure-", "x-arr-", "cf-connecting-")


def register_operators(app: Flask, *, metrics_token: str | None) -> None:
    """Let the routes of the app ask who runs it; without a token, that is whoever is on this machine."""
    app.config[_TOKEN] = metrics_token


def asks_as_operator() -> bool:
    """Whether the current request brings the token or, where there is none, was sent on this machine."""
    token: str | None = current_app.config[_TOKEN]
    if token is None:
        return sent_on_this_machine()
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    # Compared in a time that tells nothing of how much of it is right.
    return scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode())


def require_operator() -> None:
    """Refuse the current request unless whoever runs the server has sent it."""
    if asks_as_operator():
        return
    if current_app.config[_TOKEN] is None:
        raise LocalOnlyError("This is shown only on the server's own machine. METRICS_TOKEN lets others ask for it.")
    raise TokenNeededError("Send the METRICS_TOKEN of this server as a Bearer token.")


def sent_on_this_machine() -> bool:
    """Whether whoever sends the current request sits at this machine, as far as that can be told."""
    # A proxy on this machine passes on what comes from others; a page that has bound its name to 127.0.0.1 shows it.
    return (
        is_loopback(request.remote_addr or "")
        and is_loopback_host(without_port(request.host))
        and not any(_tells_of_a_proxy(name.lower()) for name, _ in request.headers)
    )


def _tells_of_a_proxy(name: str) -> bool:
    return name in _FORWARDING or name.startswith(_FORWARDING_PREFIXES)
