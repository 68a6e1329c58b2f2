"""Bodies that are read whole: by so few threads at a time that clients who stall in them cannot take all."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from services.errors import BusyError

# gunicorn has 32 threads beyond those of uploads and players: some of them stay free for what has no body.
_PLACES = threading.BoundedSemaphore(24)


@contextmanager
def receiving() -> Iterator[None]:
    """Hold one of the places for as long as a small body is read; raises `BusyError` when all are taken."""
    if not _PLACES.acquire(blocking=False):
        raise BusyError("Too many requests are being received. Try again in a moment.", retry_after=2)
    try:
        yield
    finally:
        _PLACES.release()
