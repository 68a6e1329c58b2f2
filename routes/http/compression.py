"""Text sent compressed to those who can read it so. App Service's front end does not do that for us."""

import gzip

from flask import request
from werkzeug import Response

_LEAST = 1024


def accepts_gzip() -> bool:
    """Whether the client of the current request reads gzip."""
    return request.accept_encodings["gzip"] > 0


def compress(response: Response) -> Response:
    """Compress the page, unless it repeats what the address asks for.

    Who can choose a part of a page and see how long it gets can guess the rest of it (known as BREACH).
    """
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if accepts_gzip() and not request.query_string and len(body) >= _LEAST:
        response.set_data(gzip.compress(body, compresslevel=6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
