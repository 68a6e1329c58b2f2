"""Who may ask at all: requests for this host, and changes that no foreign page has sent."""

from collections.abc import Sequence

from flask import Flask, request

from services.errors import CrossSiteError, UnknownHostError
from utils.hosts import host_allowed, same_host

# Load balancers ask for these by whatever address the instance has.
_ANY_HOST = frozenset({"health.alive", "health.ready"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def register_guards(app: Flask, *, allowed_hosts: Sequence[str], trusted_origins: Sequence[str]) -> None:
    """Check every request of the app before its handler is reached; refusals raise."""

    def check() -> None:
        if request.endpoint not in _ANY_HOST and not host_allowed(request.host, allowed_hosts):
            raise UnknownHostError("This server does not answer to that name. ALLOWED_HOSTS says to which it does.")
        if request.method not in _SAFE_METHODS and not _own_or_trusted(trusted_origins):
            raise CrossSiteError("A page of another site has sent this. CORS_ORIGINS says which ones may.")

    app.before_request(check)


def _own_or_trusted(trusted_origins: Sequence[str]) -> bool:
    """Whether a browser says that the request comes from our own page or a trusted one, or no browser has sent it.

    Sec-Fetch-Site is the browser's own word and right behind any proxy, but sent to https and localhost only.
    """
    origin = request.headers.get("Origin")
    if origin is not None and ("*" in trusted_origins or origin in trusted_origins):
        return True
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    return origin is None or same_host(origin, request.host)
