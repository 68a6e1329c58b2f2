"""The direct door over HTTP: leave to write into storage, and the check of what has been written."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request
from msgspec.structs import asdict

from routes.direct_messages import (
    LARGEST_COMPLETION,
    Completion,
    NewUpload,
    Permission,
    RenewedPermission,
    read_message,
)
from routes.representations import video_json
from routes.wiring import services
from services.direct import Permit
from services.uploads import Candidate
from utils.timestamps import format_timestamp

blueprint = Blueprint("direct", __name__, url_prefix="/api/v1/videos")


@blueprint.post("/generate-upload-url")
def generate_upload_url() -> tuple[Response, int]:
    """Let a client write one new blob."""
    wanted = read_message(NewUpload)
    candidate = Candidate(filename=wanted.filename, declared_type=wanted.content_type, title=wanted.title)
    client_ip = str(wanted.client_ip) if wanted.client_ip else None
    permit = services().direct.begin(candidate, size=wanted.size, client_ip=client_ip)
    return _secret(Permission(**_fields(permit))), 201


@blueprint.post("/<upload_id>/upload-url")
def renew_upload_url(upload_id: str) -> tuple[Response, int]:
    """Another URL for the same blob, and the blocks that are there already."""
    permit = services().direct.renew(upload_id)
    return _secret(RenewedPermission(**_fields(permit), staged=dict(permit.staged))), 201


@blueprint.delete("/<upload_id>/upload-url")
def cancel_upload(upload_id: str) -> tuple[str, int]:
    """Give an upload up."""
    services().direct.cancel(upload_id)
    return "", 204


@blueprint.post("/<upload_id>/complete")
def complete_upload(upload_id: str) -> tuple[Response, int]:
    """Check what has been written, and make it a video."""
    video, is_new = services().direct.complete(
        upload_id, read_message(Completion, largest=LARGEST_COMPLETION).blocks or ()
    )
    shown = jsonify(video_json(video))
    shown.headers["Location"] = f"/api/videos/{quote(video.id)}"
    return shown, 201 if is_new else 200


def _fields(permit: Permit) -> dict[str, Any]:
    path = f"{request.host_url.rstrip('/')}{blueprint.url_prefix}/{quote(permit.id)}"
    return {
        "id": permit.id,
        "upload_url": permit.upload_url,
        "expires_at": format_timestamp(permit.expires_at),
        "block_size": permit.block_size,
        "complete_url": f"{path}/complete",
        "renew_url": f"{path}/upload-url",
    }


def _secret(message: Permission) -> Response:
    response = jsonify(asdict(message))
    response.headers["Cache-Control"] = "no-store"
    return response
