"""Several videos taken along as one ZIP file."""

from typing import TYPE_CHECKING, Annotated

from flask import Blueprint, Response, request
from msgspec import Meta, Struct

from routes.http.actors import current_actor
from routes.http.asked_part import asked_part
from routes.http.clients import client
from routes.http.form_body import read_form
from routes.http.messages import read_message
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, Parameter, header, operation
from routes.http.openapi.parameters import AN_ID
from routes.http.queries import invalid_query
from routes.http.wiring import services
from services.errors import InvalidQueryError
from services.library.errors import RecordChangedError
from services.playback.zip_download import ZipFile
from utils.content_disposition import content_disposition
from utils.ranges import (
    ByteRange,
    content_range,
    if_match_holds,
    if_none_match_hits,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

blueprint = Blueprint("zips", __name__, url_prefix="/api/zip")

TAG = "Playback"
_MOST = 100
_HOW_MANY = f"Name 1 to {_MOST} videos."
_ZIP = "application/zip"
_BYTES = {"type": "string", "contentEncoding": "binary"}
_WHOLE = Answer(200, "The file, as it is made.", schema=_BYTES, content_type=_ZIP, headers=["ETag"])
_FAULTS = [
    *(faults.VIDEO_NOT_FOUND, faults.VIDEO_REPLACED, faults.RECORD_CHANGED, faults.LIST_DOWN, faults.BUSY),
    *(faults.ARCHIVED, *faults.STORAGE),
    InvalidQueryError(_HOW_MANY, errors=[{"field": "id", "reason": _HOW_MANY}]),
]
_IDS = Parameter(
    name="id",
    where="query",
    about=f"A video's id; up to {_MOST} of them.",
    schema={"type": "array", "minItems": 1, "maxItems": _MOST, "items": {"type": "string", "minLength": 1}},
    example=[AN_ID],
    required=True,
)
_ABOUT = (
    "Nothing in it is compressed, for films are already. A video that is named twice is in it once; names that are"
    " alike get a number. The file's length is known, so that a download that broke off can be gone on with by Range;"
    " where the server would have to read more than 1 GiB again for that, it sends all."
)


class ZipMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which videos to put into a ZIP file."""

    ids: Annotated[list[Annotated[str, Meta(min_length=1, max_length=1024)]], Meta(min_length=1, max_length=_MOST)]


@blueprint.get("")
@operation(
    name="downloadZip",
    tag=TAG,
    summary="Several videos as one ZIP file",
    about=_ABOUT,
    curl='curl -C - -o videos.zip "$URL/api/zip?id=$ID"',
    parameters=[
        _IDS,
        header("Range", "One range, or the last bytes: `bytes=0-1023`, `bytes=-500`."),
        header("If-Range", "The range holds for this version only; else all comes."),
        header("If-None-Match", "Versions that the client has."),
        header("If-Match", "Nothing but one of these versions; else 412."),
    ],
    answers=[
        _WHOLE,
        Answer(206, "The range.", schema=_BYTES, content_type=_ZIP, headers=["ETag", "Content-Range"]),
        Answer(304, "The client has this version.", headers=["ETag"]),
    ],
    faults=[*_FAULTS, faults.RANGE],
)
@operation(
    method="HEAD",
    name="describeZip",
    tag=TAG,
    summary="The headers that GET would answer",
    curl='curl -I "$URL/api/zip?id=$ID"',
    parameters=[_IDS],
    answers=[Answer(200, "No bytes.", headers=["ETag"])],
    faults=_FAULTS,
)
def download() -> Response:
    """The videos that the query names, or a part of the file that they make."""
    file = _file(request.args.getlist("id"))
    etag = f'"{file.etag}"'
    if "If-Match" in request.headers and not if_match_holds(request.headers["If-Match"], etag):
        raise RecordChangedError("The file is not the version that was asked for.")
    if "If-None-Match" in request.headers and if_none_match_hits(request.headers["If-None-Match"], etag):
        return Response(status=304, headers=_headers(file))
    return _sent(file, _part(file, etag))


@blueprint.post("")
@operation(
    name="downloadZipOf",
    tag=TAG,
    summary="Many videos as one ZIP file",
    about="For more ids than an address has room for, as JSON, or as a form with `id` for each.",
    curl='curl -o videos.zip -H "Content-Type: application/json" -d "{\\"ids\\": [\\"$ID\\"]}" "$URL/api/zip"',
    body=Body(ZipMessage, example={"ids": [AN_ID]}),
    answers=[_WHOLE],
    faults=[*_FAULTS, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA],
)
def download_many() -> Response:
    """The videos that the body names."""
    if request.mimetype == "application/json":
        return _sent(_file(read_message(ZipMessage, refuse=InvalidQueryError).ids), None)
    return _sent(_file(read_form().getlist("id")), None)


def _file(ids: list[str]) -> ZipFile:
    if not 1 <= len(ids) <= _MOST:
        raise invalid_query("id", _HOW_MANY)
    return services().playback.zips.find(ids, by=current_actor())


def _part(file: ZipFile, etag: str) -> ByteRange | None:
    """What Range asks for; None for everything, as where this server cannot begin in the middle."""
    newest = max(video.uploaded_at for video in file.videos)
    part = asked_part(file.layout.size, etag=etag, last_modified=newest)
    return part if part is not None and services().playback.zips.can_begin(file, part.start) else None


def _sent(file: ZipFile, part: ByteRange | None) -> Response:
    size = file.layout.size
    headers = _headers(file) | {"Content-Length": str(part.length if part else size), "Content-Type": _ZIP}
    if part is not None:
        headers["Content-Range"] = content_range(part, size)
    body: Iterable[bytes] = iter(())
    if request.method != "HEAD":
        body = services().playback.zips.open(file, part or ByteRange(0, size - 1), client=client())
    return Response(body, status=206 if part else 200, headers=headers, direct_passthrough=True)


def _headers(file: ZipFile) -> dict[str, str]:
    return {
        "ETag": f'"{file.etag}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition(file.name),
        "X-Content-Type-Options": "nosniff",
    }
