"""Who may ask at all: requests for this host, and changes that no foreign page has sent."""

from collections.abc import Sequence

from flask import Flask, request

from services.errors import CrossSiteError, UnknownHostError
from utils.hosts import host_allowed, same_host

# Load balancers ask for these by whatever address the instance has.
_ANY_HOST = frozenset({"health.alive", "health.ready"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_API = "/api/"
# What a form can send, and so can any script, to any site, with all that the browser keeps for that site.
_FORM_TYPES = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


def register_guards(app: Flask, *, allowed_hosts: Sequence[str], trusted_origins: Sequence[str]) -> None:
    """Check every request of the app before its handler is reached; refusals raise."""

    def check() -> None:
        if request.endpoint not in _ANY_HOST and not host_allowed(request.host, allowed_hosts):
            raise UnknownHostError("This server does not answer to that name. ALLOWED_HOSTS lists those it knows.")
        if request.method not in _SAFE_METHODS and not _own_or_trusted(trusted_origins):
            raise CrossSiteError("A page of another site sent this. CORS_ORIGINS lists those that may.")

    app.before_request(check)


def _own_or_trusted(trusted_origins: Sequence[str]) -> bool:
    """Whether a browser says that the request comes from our own page or a trusted one, or no browser has sent it.

    Sec-Fetch-Site is the browser's own word and right behind any proxy, but sent to https and localhost only.
    """
    origin = request.headers.get("Origin")
    if origin is not None and (origin in trusted_origins or ("*" in trusted_origins and _leave_was_asked())):
        return True
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    return origin is None or same_host(origin, request.host)


def _leave_was_asked() -> bool:
    """Whether a browser sends this across origins only after a preflight, in which it brings no cookie along.

    Basic credentials prove nothing: browsers add them by themselves.
    """
    return request.path.startswith(_API) and (
        request.method != "POST"
        or request.mimetype not in _FORM_TYPES
        or request.headers.get("Authorization", "").lower().startswith("bearer ")
        or "Tus-Resumable" in request.headers
    )
