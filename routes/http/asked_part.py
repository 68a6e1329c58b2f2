"""The part of a body that the current request asks for, by `Range` and `If-Range`."""

from datetime import datetime

from flask import request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from utils.ranges import ByteRange, Unsatisfiable, if_range_holds, resolve_range


def asked_part(size: int, *, etag: str, last_modified: datetime | None = None, what: str = "file") -> ByteRange | None:
    """Which bytes are wanted; None for all of them. A range means something with GET alone (RFC 9110, 14.2).

    Raises `RequestedRangeNotSatisfiable` where it begins behind the end.
    """
    if request.method != "GET":
        return None
    if not if_range_holds(request.headers.get("If-Range"), etag=etag, last_modified=last_modified):
        return None
    resolved = resolve_range(request.headers.get("Range"), size)
    if isinstance(resolved, Unsatisfiable):
        raise RequestedRangeNotSatisfiable(size, description=f"The range begins after the end of the {what}.")
    return resolved if isinstance(resolved, ByteRange) else None
