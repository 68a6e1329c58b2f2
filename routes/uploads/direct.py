"""The direct door over HTTP: leave to write into storage, and the check of what has been written."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request
from msgspec.structs import asdict, replace

from routes.http.actors import current_actor
from routes.http.messages import read_message, show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, path
from routes.http.openapi.parameters import AN_ID
from routes.http.wiring import services
from routes.library.messages import ONE_VIDEO, OneVideoMessage, one_message
from routes.uploads.clip_source import CLIP_FIELDS, wanted_clip
from routes.uploads.messages import (
    LARGEST_COMPLETION,
    Completion,
    Finishing,
    NewUpload,
    Permission,
    RenewedPermission,
)
from routes.uploads.processing import wanted_processing
from services.uploads.direct import Permit
from services.uploads.errors import InvalidUploadError
from services.uploads.uploads import Candidate
from services.videos.clip_of import seconds_text
from services.videos.metadata import NO_KINDS
from utils.timestamps import format_timestamp

blueprint = Blueprint("direct", __name__, url_prefix="/api/videos")

_VERSIONED = "/api/v1/videos"
"""What a client keeps for later is said with the version that it was made for."""

_LOOK_AGAIN_SECONDS = 2

_TAG = "Direct upload"
_ADDRESS = f"https://reelgate.example{_VERSIONED}/{AN_ID}"
_PERMISSION = Permission(
    id=AN_ID,
    upload_url=f"https://account.blob.core.windows.net/videos/{AN_ID}?se=2026-11-20T11%3A15%3A12Z&sp=c&…",
    expires_at="2026-11-20T11:15:12.000Z",
    block_size=8388608,
    complete_url=f"{_ADDRESS}/complete",
    renew_url=f"{_ADDRESS}/upload-url",
)
_BLOCK = "MDAwMDAwMDA="
_ID = path(
    "upload_id",
    "The id that `generate-upload-url` has answered.",
    schema={"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
    example=AN_ID,
)
_KNOWN = (faults.UPLOAD_NOT_FOUND, faults.UPLOAD_GONE, *faults.STORAGE)
_READING = (faults.INVALID_UPLOAD, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA)


@blueprint.post("/generate-upload-url")
@operation(
    versioned=True,
    tag=_TAG,
    about="PUT the whole file to `upload_url` with the header `x-ms-blob-type: BlockBlob`, or blocks of about "
    "`block_size` with `&comp=block&blockid=…` behind it, and then ask `complete_url`. Whoever holds the "
    "URL can write that one blob, and neither read, list nor delete.",
    curl='curl -H "Content-Type: application/json" -d \'{"filename": "film.mp4", "size": 1048576}\' \\\n'
    '  "$URL/api/v1/videos/generate-upload-url"',
    body=Body(
        NewUpload,
        example=NewUpload("Holiday Film.mp4", size=1048576, content_type="video/mp4"),
    ),
    answers=[Answer(201, "The URL.", schema=Permission, example=_PERMISSION)],
    faults=[*_READING, faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, *faults.STORAGE],
)
def generate_upload_url() -> Response:
    """A URL that writes one new video into storage."""
    wanted = read_message(NewUpload, refuse=InvalidUploadError)
    kinds = None if wanted.processing is None else ",".join(wanted.processing) or NO_KINDS
    candidate = Candidate(
        filename=wanted.filename,
        declared_type=wanted.content_type,
        title=wanted.title,
        processing=wanted_processing(kinds, file=wanted.filename),
        clip=wanted_clip(_clip_texts(wanted), file=wanted.filename),
    )
    client_ip = str(wanted.client_ip) if wanted.client_ip else None
    permit = services().uploads.direct.begin(candidate, by=current_actor(), size=wanted.size, client_ip=client_ip)
    return _secret(Permission(**_fields(permit)))


@blueprint.post("/<path:upload_id>/upload-url")
@operation(
    versioned=True,
    tag=_TAG,
    curl='curl -X POST "$URL/api/v1/videos/$ID/upload-url"',
    parameters=[_ID],
    answers=[
        Answer(
            201,
            "The URL.",
            schema=RenewedPermission,
            example=RenewedPermission(**asdict(_PERMISSION), staged={_BLOCK: 8388608}),
        )
    ],
    faults=(*_KNOWN, faults.BUSY),
)
def renew_upload_url(upload_id: str) -> Response:
    """Another URL for the same video, and the blocks that are there."""
    permit = services().uploads.direct.renew(upload_id, by=current_actor())
    return _secret(RenewedPermission(**_fields(permit), staged=dict(permit.staged)))


@blueprint.delete("/<path:upload_id>/upload-url")
@operation(
    name="cancelDirectUpload",
    versioned=True,
    tag=_TAG,
    curl='curl -X DELETE "$URL/api/v1/videos/$ID/upload-url"',
    parameters=[_ID],
    answers=[Answer(204, "What it has written is gone.")],
    faults=(*_KNOWN, faults.BUSY),
)
def cancel_upload(upload_id: str) -> tuple[str, int]:
    """Give a direct upload up."""
    services().uploads.direct.cancel(upload_id, by=current_actor())
    return "", 204


@blueprint.post("/<path:upload_id>/complete")
@operation(
    name="completeDirectUpload",
    versioned=True,
    tag=_TAG,
    about="Name the blocks in order, or nothing when the blob is committed already. What is found right is copied "
    "inside the storage account to the video's own name, so the video's id is not the upload's. Asking again "
    "does no harm, and gives the same video until the upload expires.",
    curl=f'curl -H "Content-Type: application/json" -d \'{{"blocks": ["{_BLOCK}"]}}\' \\\n'
    '  "$URL/api/v1/videos/$ID/complete"',
    parameters=[_ID],
    body=Body(Completion, example=Completion((_BLOCK,)), required=False),
    answers=[
        Answer(
            201,
            "It is a video now.",
            schema=OneVideoMessage,
            example=replace(ONE_VIDEO, sha256=None),
            headers=["Location"],
        ),
        Answer(
            202,
            "Storage is still copying. Ask again after `Retry-After` seconds.",
            schema=Finishing,
            example=Finishing(),
            headers=["Retry-After"],
        ),
        Answer(200, "It was one already.", schema=OneVideoMessage, example=ONE_VIDEO, headers=["Location"]),
    ],
    faults=[*_READING, faults.INCOMPLETE_UPLOAD, faults.VIDEO_NOT_FOUND, *_KNOWN],
)
def complete_upload(upload_id: str) -> Response:
    """Check what has been written, and make it a video."""
    blocks = read_message(Completion, refuse=InvalidUploadError, largest=LARGEST_COMPLETION).blocks or ()
    outcome = services().uploads.direct.complete(upload_id, blocks, by=current_actor())
    if outcome.video is None:
        waiting = show(Finishing(), 202)
        waiting.headers["Retry-After"] = str(_LOOK_AGAIN_SECONDS)
        return waiting
    shown = show(one_message(outcome.video), 201 if outcome.is_new else 200)
    shown.headers["Location"] = f"/api/videos/{quote(outcome.video.id)}"
    return shown


def _clip_texts(wanted: NewUpload) -> dict[str, str | None]:
    said = {name: getattr(wanted, name) for name in CLIP_FIELDS}
    return {name: seconds_text(value) if isinstance(value, float | int) else value for name, value in said.items()}


def _fields(permit: Permit) -> dict[str, Any]:
    path = f"{request.host_url.rstrip('/')}{_VERSIONED}/{quote(permit.id)}"
    return {
        "id": permit.id,
        "upload_url": permit.upload_url,
        "expires_at": format_timestamp(permit.expires_at),
        "block_size": permit.block_size,
        "complete_url": f"{path}/complete",
        "renew_url": f"{path}/upload-url",
    }


def _secret(message: Permission) -> Response:
    response = show(message, 201)
    response.headers["Cache-Control"] = "no-store"
    return response
