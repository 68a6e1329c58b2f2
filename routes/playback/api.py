"""Playing a video over HTTP: ranges, versions and names as RFC 9110 has them, or the way to where it is played."""

from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.http import http_date
from werkzeug.wrappers import Response as AnyResponse

from routes.http.actors import current_actor
from routes.http.asked_part import asked_part
from routes.http.clients import client
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, header, operation, query
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.wiring import services
from services.library.errors import RecordChangedError
from services.playback.playback import served_type
from services.videos.video import Video
from utils.ranges import (
    ByteRange,
    content_range,
    if_match_holds,
    if_none_match_hits,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

blueprint = Blueprint("playback", __name__, url_prefix="/api/videos")

TAG = "Playback"
DOWNLOAD = query("download", "With it, browsers save the video under its original name.")
VERSIONS = (
    header("Range", "One range, or the last bytes: `bytes=0-1023`, `bytes=-500`."),
    header("If-Range", "The range holds for this version only; else all comes."),
    header("If-None-Match", "Versions that the client has."),
    header("If-Match", "Nothing but one of these versions; else 412."),
    header("If-Modified-Since", "The Last-Modified of what the client has."),
    header("If-Unmodified-Since", "Nothing that is newer than this; else 412."),
)
_REDIRECT = Answer(302, "To storage (PLAYBACK_MODE=redirect).", headers=["Location"])
_UNCHANGED = Answer(304, "The client has this version.", headers=["ETag"])
_BYTES = {"type": "string", "contentEncoding": "binary"}
PLAYED = (
    Answer(200, "All bytes.", schema=_BYTES, content_type="video/*", headers=["ETag"]),
    Answer(206, "The range.", schema=_BYTES, content_type="video/*", headers=["ETag", "Content-Range"]),
    _REDIRECT,
    _UNCHANGED,
)
PLAYING = (
    *(faults.VIDEO_NOT_FOUND, faults.VIDEO_REPLACED, faults.RECORD_CHANGED, faults.LIST_DOWN, faults.BUSY),
    *(*faults.STORAGE, faults.RANGE, faults.ARCHIVED),
)


@blueprint.get("/<path:video_id>/content")
@operation(
    name="playVideo",
    tag=TAG,
    summary="The bytes, or a part of them",
    curl='curl -r 0-1023 -o part "$URL/api/videos/$ID/content"',
    parameters=[VIDEO_ID, DOWNLOAD, *VERSIONS],
    answers=PLAYED,
    faults=PLAYING,
)
@operation(
    method="HEAD",
    name="describeContent",
    tag=TAG,
    summary="The headers that GET would answer",
    curl='curl -I "$URL/api/videos/$ID/content"',
    parameters=[VIDEO_ID, DOWNLOAD, *VERSIONS],
    answers=[Answer(200, "No bytes.", headers=["ETag"]), _REDIRECT, _UNCHANGED],
    faults=PLAYING,
)
def content(video_id: str) -> AnyResponse:
    """The bytes of a video, or the part that Range asks for."""
    download = "download" in request.args
    return play(services().playback.player.find(video_id, by=current_actor(), download=download))


def play(video: Video, *, until: datetime | None = None, client_ip: str | None = None) -> AnyResponse:
    """The answer to a player: bytes, or the way to them, which is open until then at most, to that address alone.

    Where storage cannot be bound to the address, the bytes come from here.
    """
    download = "download" in request.args
    playback = services().playback.player
    if current_app.config["PLAYBACK_REDIRECTS"] and (client_ip is None or playback.can_bind(client_ip)):
        signed = playback.url(video, until=until, download=download, client_ip=client_ip)
        response = redirect(signed.url, code=302)
        response.headers["Cache-Control"] = "no-store"
        return response
    etag = f'"{video.content_etag}"'
    if not _is_the_version_asked_for(video, etag):
        raise RecordChangedError("The video is not the version that was asked for.")
    if _client_has_it(video, etag):
        return Response(status=304, headers=_version_headers(video, etag))
    return _body(video, etag, download=download)


def _body(video: Video, etag: str, *, download: bool) -> Response:
    part = asked_part(video.size, etag=etag, last_modified=video.uploaded_at, what="video")
    headers = _version_headers(video, etag) | {
        "Content-Type": served_type(video),
        "Content-Disposition": services().playback.player.disposition(video, download=download),
        "X-Content-Type-Options": "nosniff",
        "Content-Length": str(part.length if part else video.size),
    }
    if part is not None:
        headers["Content-Range"] = content_range(part, video.size)
    body: Iterable[bytes] = iter(())
    if request.method != "HEAD" and video.size:
        body = services().playback.player.open(video, part or ByteRange(0, video.size - 1), client=client())
    return Response(body, status=206 if part else 200, headers=headers, direct_passthrough=True)


def _is_the_version_asked_for(video: Video, etag: str) -> bool:
    """Whether what the client insists on holds; beside If-Match a date does not count (RFC 9110, 13.2.2)."""
    if "If-Match" in request.headers:
        return if_match_holds(request.headers["If-Match"], etag)
    until = request.if_unmodified_since
    return until is None or video.uploaded_at.replace(microsecond=0) <= until


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
