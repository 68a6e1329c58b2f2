"""The resumable door: tus 1.0.0 (https://tus.io/protocols/resumable-upload), at /api/uploads."""

from typing import cast

from flask import Blueprint, Response, g, request, url_for

from routes.body import RequestBody
from routes.errors import domain_error_response
from routes.wiring import services
from services.errors import InvalidUploadError, OffsetMismatchError, UnsupportedMediaError, UnsupportedVersionError
from services.resumable import Creation, Patch, UploadStatus
from services.uploads import Candidate
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
    """Say what is spoken here, and let a refused client that is still sending read the refusal."""
    response.headers["Tus-Resumable"] = TUS_VERSION
    if response.content_length in {None, 0}:
        response.headers.pop("Content-Type", None)
    response.headers.setdefault("Cache-Control", "no-store")
    if response.status_code == 412:
        response.headers["Tus-Version"] = TUS_VERSION
    return _body().drain_after(response) if response.status_code >= 400 else response


@blueprint.errorhandler(InvalidTusHeader)
def refuse_header(error: InvalidTusHeader) -> Response:
    """Answer a malformed header like any other invalid upload."""
    return domain_error_response(InvalidUploadError(str(error)))


@blueprint.route("", methods=["OPTIONS"])
@blueprint.route("/", methods=["OPTIONS"])
@blueprint.route("/<upload_id>", methods=["OPTIONS"])
def show_abilities(**_upload: str) -> Response:
    """Say which parts of the protocol are here; they are the same for every upload."""
    response = Response(status=204)
    response.headers["Tus-Version"] = TUS_VERSION
    response.headers["Tus-Extension"] = _EXTENSIONS
    response.headers["Tus-Max-Size"] = str(services().resumable.largest)
    response.headers["Tus-Checksum-Algorithm"] = ",".join(CHECKSUM_ALGORITHMS)
    return response


@blueprint.post("")
@blueprint.post("/")
def create() -> Response:
    """Begin an upload, with its first bytes when they came along, or put finished pieces together."""
    concat = parse_concat(request.headers.get("Upload-Concat"), collection=str(blueprint.url_prefix))
    with_bytes = request.mimetype == _BYTES
    if isinstance(concat, Final) or with_bytes:
        with services().slots.hold():
            status = _create(concat, _patch(offset=0) if with_bytes else None)
    else:
        status = _create(concat, None)
    response = _progress(status, code=201)
    response.headers["Location"] = url_for("resumable.show", upload_id=status.id, _external=True)
    return response


@blueprint.route("/<upload_id>", methods=["HEAD"])
def show_progress(upload_id: str) -> Response:
    """How far the upload has got."""
    status = services().resumable.status(upload_id)
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
def append(upload_id: str) -> Response:
    """Take bytes from an offset on."""
    if request.mimetype != _BYTES:
        raise UnsupportedMediaError(f"The bytes must come as {_BYTES}.")
    offset = parse_upload_offset(request.headers.get("Upload-Offset"))
    with services().slots.hold():
        return _progress(services().resumable.append(upload_id, _patch(offset=offset)), code=204)


@blueprint.delete("/<upload_id>")
def terminate(upload_id: str) -> Response:
    """End an upload and forget what has come of it."""
    services().resumable.terminate(upload_id)
    return Response(status=204)


@blueprint.get("/<upload_id>")
def show(upload_id: str) -> Response:
    """Lead to the video that a finished upload has become."""
    status = services().resumable.status(upload_id)
    if status.video_id is None:
        raise OffsetMismatchError("The upload is not finished, so there is no video yet.", upload_offset=status.offset)
    response = _progress(status, code=303)
    response.headers["Location"] = f"/api/videos/{status.video_id}/content"
    return response


@blueprint.post("/<upload_id>")
def override(upload_id: str) -> Response:
    """Do what X-HTTP-Method-Override says, for clients that can send nothing but POST."""
    verbs = {"PATCH": append, "DELETE": terminate, "HEAD": show_progress}
    verb = verbs.get(request.headers.get("X-HTTP-Method-Override", "").upper())
    if verb is None:
        raise InvalidUploadError("Send PATCH, or POST with X-HTTP-Method-Override: PATCH.")
    return verb(upload_id)


def _create(concat: Partial | Final | None, patch: Patch | None) -> UploadStatus:
    door = services().resumable
    match concat:
        case Final(ids) if patch is None:
            return door.create_final(_creation(length=None), ids)
        case Final():
            raise InvalidUploadError("An upload that is made of others takes no bytes of its own.")
        case Partial():
            return door.create_partial(_creation(length=_announced_length(), named=False), patch)
    return door.create(_creation(length=_announced_length()), patch)


def _creation(*, length: int | None, named: bool = True) -> Creation:
    header = request.headers.get("Upload-Metadata", "")
    metadata = parse_metadata(header)
    name = metadata.get("filename") or metadata.get("name")
    if not name and named and services().uploads.rules.extensions is not None:
        raise InvalidUploadError("Upload-Metadata must name the file: filename, then its name in base64.")
    candidate = Candidate(
        filename=name or _NAMELESS,
        declared_type=metadata.get("filetype") or metadata.get("type") or metadata.get("contentType"),
        title=metadata.get("title") or None,
        length=length,
    )
    return Creation(candidate=candidate, metadata_header=header)


def _announced_length() -> int | None:
    headers = request.headers
    return parse_announced_length(
        upload_length=headers.get("Upload-Length"), defer_length=headers.get("Upload-Defer-Length")
    )


def _patch(*, offset: int) -> Patch:
    length = request.headers.get("Upload-Length")
    body = _body()
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


def _body() -> RequestBody:
    if "resumable_body" not in g:
        g.resumable_body = RequestBody()
    return cast("RequestBody", g.resumable_body)
