"""The resumable door: tus 1.0.0 (https://tus.io/protocols/resumable-upload), at /api/uploads."""

from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, request, url_for

from routes.http.actors import current_actor
from routes.http.api_versions import spellings
from routes.http.clients import client
from routes.http.errors import domain_error_response
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, header, operation, path
from routes.http.upload_body import RequestBody
from routes.http.wiring import services
from routes.uploads.clip_source import wanted_clip
from routes.uploads.processing import wanted_processing
from services.errors import UnsupportedMediaError
from services.uploads.errors import InvalidUploadError, OffsetMismatchError, UnsupportedVersionError
from services.uploads.resumable import Creation, Patch, UploadStatus
from services.uploads.uploads import Candidate
from utils.patterns import UPLOAD_CHECKSUM, UPLOAD_CONCAT, UPLOAD_METADATA
from utils.tus import (
    CHECKSUM_ALGORITHMS,
    TUS_VERSION,
    Final,
    InvalidTusHeader,
    Partial,
    UnsupportedTusVersion,
    check_version,
    parse_announced_length,
    parse_checksum,
    parse_concat,
    parse_metadata,
    parse_upload_length,
    parse_upload_offset,
)

blueprint = Blueprint("resumable", __name__, url_prefix="/api/uploads")

EXPOSED_HEADERS = (
    "Content-Location",
    "Tus-Checksum-Algorithm",
    "Tus-Extension",
    "Tus-Max-Size",
    "Tus-Resumable",
    "Tus-Version",
    "Upload-Concat",
    "Upload-Defer-Length",
    "Upload-Expires",
    "Upload-Length",
    "Upload-Metadata",
    "Upload-Offset",
)
"""What a page of another origin has to be let read."""

_EXTENSIONS = "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation"
_BYTES = "application/offset+octet-stream"
_NAMELESS = "upload"

_TAG = "Resumable upload"
_NUMBER = {"type": "string", "pattern": "^[0-9]{1,15}$"}
_VERSION = header(
    "Tus-Resumable",
    "The version of the protocol that the client speaks.",
    schema={"type": "string", "const": TUS_VERSION},
    example=TUS_VERSION,
    required=True,
)
_ID = path(
    "upload_id",
    "The last part of the Location that creation has answered.",
    schema={"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
    example="3f0c9d1e8a7b4c5d9e6f7a8b9c0d1e2f",
)
_offset = partial(header, "Upload-Offset", "Where these bytes belong: what HEAD says.", schema=_NUMBER, example="0")
_CHECKSUM = header(
    "Upload-Checksum",
    "A digest of this request's bytes: an algorithm, a space, base64.",
    schema={"type": "string", "pattern": UPLOAD_CHECKSUM},
)
_CREATION = (
    header("Upload-Length", "The size of the file.", schema=_NUMBER, example="1048576"),
    header(
        "Upload-Metadata",
        "Pairs of a name and a value in base64, with commas between: filename, filetype, title, processing; of a clip "
        "that was cut elsewhere clip_of, start and end, too.",
        schema={"type": "string", "pattern": UPLOAD_METADATA},
        example="filename ZmlsbS5tcDQ=",
    ),
    header("Upload-Defer-Length", "1 when the size is not known yet.", schema={"type": "string", "const": "1"}),
    header(
        "Upload-Concat",
        "`partial`, or `final;` and the addresses of finished pieces.",
        schema={"type": "string", "pattern": UPLOAD_CONCAT},
    ),
)
_BODY = Body({"type": "string", "contentMediaType": _BYTES, "format": "binary"}, _BYTES, required=False)
_PROGRESS = ("Tus-Resumable", "Upload-Offset", "Upload-Expires")
_ABILITIES = Answer(
    204, "What is spoken here.", headers=["Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size"]
)
_GONE = (faults.UPLOAD_NOT_FOUND, faults.UPLOAD_GONE, *faults.STORAGE)
_WITH_VERSION = (*_GONE, faults.INVALID_UPLOAD, faults.UNSUPPORTED_VERSION)
_TAKING = (
    *faults.UPLOADING,
    faults.UNSUPPORTED_VERSION,
    faults.OFFSET_MISMATCH,
    faults.WRONG_CHUNK,
    faults.UPLOAD_NOT_FOUND,
    faults.UPLOAD_GONE,
    faults.UPLOAD_LOCKED,
    faults.FINAL_UPLOAD,
    faults.VIDEO_NOT_FOUND,
)


@blueprint.before_request
def check_protocol() -> None:
    """Refuse another version of the protocol, except where one may ask which are spoken, and encoded bodies."""
    if request.method not in {"OPTIONS", "GET"}:
        try:
            check_version(request.headers.get("Tus-Resumable"))
        except UnsupportedTusVersion as error:
            raise UnsupportedVersionError(str(error)) from error
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaError("Send the bytes as they are, without a Content-Encoding.")


@blueprint.after_request
def name_protocol(response: Response) -> Response:
    """Say what is spoken here."""
    response.headers["Tus-Resumable"] = TUS_VERSION
    if response.content_length in {None, 0}:
        response.headers.pop("Content-Type", None)
    response.headers.setdefault("Cache-Control", "no-store")
    if response.status_code == 412:
        response.headers["Tus-Version"] = TUS_VERSION
    return response


@blueprint.errorhandler(InvalidTusHeader)
def refuse_header(error: InvalidTusHeader) -> Response:
    """Answer a malformed header like any other invalid upload."""
    return domain_error_response(InvalidUploadError(str(error)))


@blueprint.route("", methods=["OPTIONS"])
@blueprint.route("/<upload_id>", methods=["OPTIONS"])
@operation(
    method="OPTIONS",
    name="resumableAbilities",
    tag=_TAG,
    curl='curl -i -X OPTIONS "$URL/api/uploads"',
    answers=[_ABILITIES],
)
@operation(
    method="OPTIONS",
    name="uploadAbilities",
    tag=_TAG,
    curl='curl -i -X OPTIONS "$URL/api/uploads/$ID"',
    parameters=[_ID],
    answers=[_ABILITIES],
)
def show_abilities(**_upload: str) -> Response:
    """Which parts of tus are here."""
    response = Response(status=204)
    response.headers["Tus-Version"] = TUS_VERSION
    response.headers["Tus-Extension"] = _EXTENSIONS
    response.headers["Tus-Max-Size"] = str(services().uploads.resumable.largest)
    response.headers["Tus-Checksum-Algorithm"] = ",".join(CHECKSUM_ALGORITHMS)
    return response


@blueprint.post("")
@operation(
    name="createUpload",
    tag=_TAG,
    about="With the first bytes when they come along, or by putting finished pieces together (Upload-Concat).",
    curl='curl -i -X POST -H "Tus-Resumable: 1.0.0" -H "Upload-Length: $(wc -c < film.mp4)" \\\n'
    '  -H "Upload-Metadata: filename $(printf film.mp4 | base64)" "$URL/api/uploads"',
    parameters=[_VERSION, *_CREATION, _CHECKSUM],
    body=_BODY,
    answers=[Answer(201, "The upload has begun.", headers=["Location", *_PROGRESS])],
    faults=_TAKING,
)
def create() -> Response:
    """Begin an upload."""
    concat = parse_concat(request.headers.get("Upload-Concat"), collections=spellings(str(blueprint.url_prefix)))
    with_bytes = request.mimetype == _BYTES
    if isinstance(concat, Final) or with_bytes:
        with services().uploads.slots.hold(client()):
            status = _create(concat, _patch(offset=0) if with_bytes else None)
    else:
        status = _create(concat, None)
    response = _progress(status, code=201)
    response.headers["Location"] = url_for("resumable.show", upload_id=status.id, _external=True)
    return response


@blueprint.route("/<upload_id>", methods=["HEAD"])
@operation(
    name="uploadProgress",
    method="HEAD",
    tag=_TAG,
    about="A finished upload answers with an offset that equals its length, until it expires.",
    curl='curl -I -H "Tus-Resumable: 1.0.0" "$URL/api/uploads/$ID"',
    parameters=[_ID, _VERSION],
    answers=[Answer(200, "The offset.", headers=[*_PROGRESS, "Upload-Length", "Content-Location"])],
    faults=_WITH_VERSION,
)
def show_progress(upload_id: str) -> Response:
    """How far an upload has got."""
    status = services().uploads.resumable.status(upload_id, by=current_actor())
    response = _progress(status, code=200)
    response.headers["Cache-Control"] = "no-store"
    if status.length is None:
        response.headers["Upload-Defer-Length"] = "1"
    else:
        response.headers["Upload-Length"] = str(status.length)
    if status.metadata_header:
        response.headers["Upload-Metadata"] = status.metadata_header
    if status.kind != "whole":
        response.headers["Upload-Concat"] = _concat_of(status)
    return response


@blueprint.patch("/<upload_id>")
@operation(
    name="appendToUpload",
    tag=_TAG,
    about="What storage has acknowledged counts, even when the connection breaks. The last byte makes it a video.",
    curl='curl -i -X PATCH -H "Tus-Resumable: 1.0.0" -H "Upload-Offset: 0" \\\n'
    '  -H "Content-Type: application/offset+octet-stream" --data-binary @film.mp4 "$URL/api/uploads/$ID"',
    parameters=[_ID, _VERSION, _offset(required=True), _CHECKSUM],
    body=replace(_BODY, required=True),
    answers=[Answer(204, "How far it has got.", headers=[*_PROGRESS, "Content-Location"])],
    faults=_TAKING,
)
def append(upload_id: str) -> Response:
    """Send bytes from an offset on."""
    if request.mimetype != _BYTES:
        raise UnsupportedMediaError(f"The bytes must come as {_BYTES}.")
    offset = parse_upload_offset(request.headers.get("Upload-Offset"))
    with services().uploads.slots.hold(client()):
        status = services().uploads.resumable.append(upload_id, _patch(offset=offset), by=current_actor())
    return _progress(status, code=204)


@blueprint.delete("/<upload_id>")
@operation(
    name="terminateUpload",
    tag=_TAG,
    curl='curl -X DELETE -H "Tus-Resumable: 1.0.0" "$URL/api/uploads/$ID"',
    parameters=[_ID, _VERSION],
    answers=[Answer(204, "It is forgotten.", headers=["Tus-Resumable"])],
    faults=[*_WITH_VERSION, faults.UPLOAD_LOCKED],
)
def terminate(upload_id: str) -> Response:
    """Give an upload up."""
    services().uploads.resumable.terminate(upload_id, by=current_actor())
    return Response(status=204)


@blueprint.get("/<upload_id>")
@operation(
    name="findUploadedVideo",
    tag=_TAG,
    curl='curl -i "$URL/api/uploads/$ID"',
    parameters=[_ID],
    answers=[Answer(303, "To its content.", headers=["Location", *_PROGRESS])],
    faults=[*_GONE, faults.OFFSET_MISMATCH, faults.INVALID_UPLOAD],
)
def show(upload_id: str) -> Response:
    """The video that a finished upload has become."""
    status = services().uploads.resumable.status(upload_id, by=current_actor())
    if status.video_id is None:
        raise OffsetMismatchError("The upload is not finished, so there is no video yet.", upload_offset=status.offset)
    response = _progress(status, code=303)
    response.headers["Location"] = f"/api/videos/{status.video_id}/content"
    return response


@blueprint.post("/<upload_id>")
@operation(
    name="overrideMethod",
    tag=_TAG,
    curl='curl -i -X POST -H "X-HTTP-Method-Override: DELETE" -H "Tus-Resumable: 1.0.0" "$URL/api/uploads/$ID"',
    parameters=[
        _ID,
        _VERSION,
        header(
            "X-HTTP-Method-Override",
            "The method that is meant.",
            schema={"enum": ["PATCH", "DELETE", "HEAD"]},
            example="DELETE",
            required=True,
        ),
        _offset(),
        _CHECKSUM,
    ],
    body=_BODY,
    answers=[
        Answer(200, "As HEAD answers.", headers=_PROGRESS),
        Answer(204, "As PATCH or DELETE answers.", headers=["Tus-Resumable"]),
    ],
    faults=_TAKING,
)
def override(upload_id: str) -> Response:
    """PATCH, DELETE or HEAD for clients that can send nothing but POST."""
    verbs = {"PATCH": append, "DELETE": terminate, "HEAD": show_progress}
    verb = verbs.get(request.headers.get("X-HTTP-Method-Override", "").upper())
    if verb is None:
        raise InvalidUploadError("Send PATCH, or POST with X-HTTP-Method-Override: PATCH.")
    return verb(upload_id)


def _create(concat: Partial | Final | None, patch: Patch | None) -> UploadStatus:
    door = services().uploads.resumable
    match concat:
        case Final(ids) if patch is None:
            return door.create_final(_creation(length=None), ids, by=current_actor())
        case Final():
            raise InvalidUploadError("An upload that is made of others takes no bytes of its own.")
        case Partial():
            return door.create_partial(_creation(length=_announced_length(), named=False), patch, by=current_actor())
    return door.create(_creation(length=_announced_length()), patch, by=current_actor())


def _creation(*, length: int | None, named: bool = True) -> Creation:
    header = request.headers.get("Upload-Metadata", "")
    metadata = parse_metadata(header)
    name = metadata.get("filename") or metadata.get("name")
    if not name and named and services().uploads.whole.rules.extensions is not None:
        raise InvalidUploadError("Upload-Metadata must name the file: filename, then its name in base64.")
    candidate = Candidate(
        filename=name or _NAMELESS,
        declared_type=metadata.get("filetype") or metadata.get("type") or metadata.get("contentType"),
        title=metadata.get("title") or None,
        length=length,
        processing=wanted_processing(metadata.get("processing"), file=name or ""),
        clip=wanted_clip(metadata, file=name or "") if named else None,
    )
    return Creation(candidate=candidate, metadata_header=header)


def _announced_length() -> int | None:
    headers = request.headers
    return parse_announced_length(
        upload_length=headers.get("Upload-Length"), defer_length=headers.get("Upload-Defer-Length")
    )


def _patch(*, offset: int) -> Patch:
    length = request.headers.get("Upload-Length")
    body = RequestBody()
    return Patch(
        offset=offset,
        body=body,
        size=body.length,
        length=None if length is None else parse_upload_length(length),
        checksum=parse_checksum(request.headers.get("Upload-Checksum")),
    )


def _progress(status: UploadStatus, *, code: int) -> Response:
    response = Response(status=code)
    response.headers["Upload-Offset"] = str(status.offset)
    response.headers["Upload-Expires"] = status.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    if status.video_id is not None:
        response.headers["Content-Location"] = f"/api/videos/{status.video_id}"
    return response


def _concat_of(status: UploadStatus) -> str:
    if status.kind == "partial":
        return "partial"
    return "final;" + " ".join(url_for("resumable.show", upload_id=piece) for piece in status.pieces)
