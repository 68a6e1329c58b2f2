"""Playing a video over HTTP: ranges, versions and names as RFC 9110 has them, or a URL to read it from."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, jsonify, redirect, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.http import http_date
from werkzeug.wrappers import Response as AnyResponse

from routes.wiring import services
from services.errors import InvalidQueryError, RecordChangedError
from services.playback import disposition, served_type
from services.video import Video
from utils.ranges import (
    ByteRange,
    Unsatisfiable,
    content_range,
    if_match_holds,
    if_none_match_hits,
    if_range_holds,
    resolve_range,
)
from utils.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable

blueprint = Blueprint("playback", __name__, url_prefix="/api/videos")

_MOST_HOURS = 168
_STANDARD_HOURS = 24


@blueprint.get("/<path:video_id>/content")
def content(video_id: str) -> AnyResponse:
    """The bytes of a video, or the part that Range asks for."""
    video = services().playback.find(video_id)
    download = "download" in request.args
    if current_app.config["PLAYBACK_REDIRECTS"]:
        response = redirect(services().playback.url(video, download=download), code=302)
        response.headers["Cache-Control"] = "no-store"
        return response
    etag = f'"{video.content_etag}"'
    if not if_match_holds(request.headers.get("If-Match"), etag):
        raise RecordChangedError("The video is not the version that was asked for.")
    if _client_has_it(video, etag):
        return Response(status=304, headers=_version_headers(video, etag))
    return _body(video, etag, download=download)


@blueprint.get("/<path:video_id>/access-url")
def access_url(video_id: str) -> Response:
    """A URL that reads the video, without this server, for some hours."""
    video = services().playback.find(video_id)
    until = datetime.now(UTC) + timedelta(hours=_hours())
    url = services().playback.url(video, until=until, download="download" in request.args)
    response = jsonify(url=url, expires_at=format_timestamp(until))
    response.headers["Cache-Control"] = "no-store"
    return response


def _body(video: Video, etag: str, *, download: bool) -> Response:
    part = _part(video, etag)
    if isinstance(part, Unsatisfiable):
        raise RequestedRangeNotSatisfiable(video.size, description="The range begins behind the end of the video.")
    headers = _version_headers(video, etag) | {
        "Content-Type": served_type(video),
        "Content-Disposition": disposition(video, download=download),
        "X-Content-Type-Options": "nosniff",
        "Content-Length": str(part.length if part else video.size),
    }
    if part is not None:
        headers["Content-Range"] = content_range(part, video.size)
    body: Iterable[bytes] = iter(())
    if request.method != "HEAD" and video.size:
        body = services().playback.open(video, part or ByteRange(0, video.size - 1))
    return Response(body, status=206 if part else 200, headers=headers, direct_passthrough=True)


def _part(video: Video, etag: str) -> ByteRange | Unsatisfiable | None:
    """What Range asks for; None for everything. It means something with GET alone (RFC 9110, 14.2)."""
    if request.method != "GET":
        return None
    if not if_range_holds(request.headers.get("If-Range"), etag=etag, last_modified=video.uploaded_at):
        return None
    resolved = resolve_range(request.headers.get("Range"), video.size)
    return resolved if isinstance(resolved, ByteRange | Unsatisfiable) else None


def _client_has_it(video: Video, etag: str) -> bool:
    if "If-None-Match" in request.headers:
        return if_none_match_hits(request.headers["If-None-Match"], etag)
    since = request.if_modified_since
    return since is not None and video.uploaded_at.replace(microsecond=0) <= since


def _version_headers(video: Video, etag: str) -> dict[str, str]:
    return {
        "ETag": etag,
        "Last-Modified": http_date(video.uploaded_at),
        "Accept-Ranges": "bytes",
        # The bytes of a video never change, but it may be deleted: ask, and a 304 is the answer.
        "Cache-Control": "private, no-cache",
    }


def _hours() -> int:
    text = request.args.get("expiry_hours", str(_STANDARD_HOURS))
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= _MOST_HOURS):
        reason = f"expiry_hours must be a whole number from 1 to {_MOST_HOURS}."
        raise InvalidQueryError(reason, errors=[{"field": "expiry_hours", "reason": reason}])
    return int(text)
