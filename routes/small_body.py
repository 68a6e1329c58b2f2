"""Bodies that are read whole: by so few threads at a time that clients who stall in them cannot take all."""

import threading

from flask import request
from werkzeug.exceptions import ClientDisconnected

from services.errors import BusyError, TruncatedBodyError

# gunicorn has 32 threads beyond those of uploads and players: some of them stay free for what has no body.
_PLACES = threading.BoundedSemaphore(24)


def take_small_body() -> bytes:
    """Receive the request's body, which `request` keeps; a caller has set `request.max_content_length`."""
    if not _PLACES.acquire(blocking=False):
        raise BusyError("Too many requests are being received. Try again in a moment.", retry_after=2)
    try:
        return request.get_data(cache=True)
    except ClientDisconnected as error:
        raise TruncatedBodyError("The request broke off, or stalled, before its whole body had arrived.") from error
    finally:
        _PLACES.release()
