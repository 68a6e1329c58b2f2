"""The API under its version: `/api/v1/<path>` is `/api/<path>`, for every route that is there or will be.

The address is rewritten before anything looks at it but the access log's line. So routes, guards, rate limits, CORS and
the labels of figures know one spelling, and none of them can treat the other one differently.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_API = "/api/"
_VERSIONED = "/api/v1/"


class ApiVersions:
    """Middleware that takes the version out of an address."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on with the address that routes know."""
        environ["PATH_INFO"] = unversioned(environ.get("PATH_INFO", ""))
        return self._app(environ, start_response)


def unversioned(path: str) -> str:
    """`/api/v1/videos` → `/api/videos`; anything else as it is."""
    return _API + path.removeprefix(_VERSIONED) if path.startswith(_VERSIONED) else path


def spellings(path: str) -> tuple[str, str]:
    """`/api/uploads` → that, and `/api/v1/uploads`."""
    return path, _VERSIONED + path.removeprefix(_API)
