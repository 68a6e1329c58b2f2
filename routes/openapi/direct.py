"""Direct uploads: clients write into storage by themselves."""

from typing import Any

from routes.openapi import faults
from routes.openapi.examples import VIDEO, VIDEO_ID
from routes.openapi.operation import Answer, Body, Operation, Parameter, ref

_TAG = "Direct upload"
_ADDRESS = f"https://reelgate.example/api/v1/videos/{VIDEO_ID}"
_PERMISSION: dict[str, Any] = {
    "id": VIDEO_ID,
    "upload_url": f"https://account.blob.core.windows.net/videos/{VIDEO_ID}?se=2026-11-20T11%3A15%3A12Z&sp=c&…",
    "expires_at": "2026-11-20T11:15:12.000Z",
    "block_size": 8388608,
    "complete_url": f"{_ADDRESS}/complete",
    "renew_url": f"{_ADDRESS}/upload-url",
}
_BLOCK = "MDAwMDAwMDA="
_ID = Parameter(
    name="upload_id",
    where="path",
    about="The id that `generate-upload-url` has answered.",
    schema={"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
    example=VIDEO_ID,
)
_KNOWN = (faults.UPLOAD_NOT_FOUND, faults.UPLOAD_GONE, *faults.STORAGE)
_READING = (faults.INVALID_UPLOAD, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA)

OPERATIONS = {
    "POST /api/v1/videos/generate-upload-url": Operation(
        name="generateUploadUrl",
        tag=_TAG,
        summary="A URL that writes one new video into storage",
        about=(
            "PUT the whole file to `upload_url` with the header `x-ms-blob-type: BlockBlob`, or blocks of about "
            "`block_size` with `&comp=block&blockid=…` behind it, and then ask `complete_url`. Whoever holds the "
            "URL can write that one blob, and neither read, list nor delete."
        ),
        curl=(
            'curl -H "Content-Type: application/json" -d \'{"filename": "film.mp4", "size": 1048576}\' \\\n'
            '  "$URL/api/v1/videos/generate-upload-url"'
        ),
        body=Body(
            content_type="application/json",
            schema=ref("NewUpload"),
            example={"filename": "Holiday Film.mp4", "size": 1048576, "content_type": "video/mp4"},
        ),
        answers=[Answer(status=201, about="The URL.", schema=ref("Permission"), example=_PERMISSION)],
        faults=[*_READING, *faults.STORAGE],
    ),
    "POST /api/v1/videos/{upload_id}/upload-url": Operation(
        name="renewUploadUrl",
        tag=_TAG,
        summary="Another URL for the same video, and the blocks that are there",
        curl='curl -X POST "$URL/api/v1/videos/$ID/upload-url"',
        parameters=[_ID],
        answers=[
            Answer(
                status=201,
                about="The URL.",
                schema=ref("RenewedPermission"),
                example=_PERMISSION | {"staged": {_BLOCK: 8388608}},
            )
        ],
        faults=_KNOWN,
    ),
    "DELETE /api/v1/videos/{upload_id}/upload-url": Operation(
        name="cancelDirectUpload",
        tag=_TAG,
        summary="Give a direct upload up",
        curl='curl -X DELETE "$URL/api/v1/videos/$ID/upload-url"',
        parameters=[_ID],
        answers=[Answer(status=204, about="What it has written is gone.")],
        faults=_KNOWN,
    ),
    "POST /api/v1/videos/{upload_id}/complete": Operation(
        name="completeDirectUpload",
        tag=_TAG,
        summary="Check what has been written, and make it a video",
        about="Name the blocks in order, or nothing when the blob is committed already. Asking again does no harm.",
        curl=(
            f'curl -H "Content-Type: application/json" -d \'{{"blocks": ["{_BLOCK}"]}}\' \\\n'
            '  "$URL/api/v1/videos/$ID/complete"'
        ),
        parameters=[_ID],
        body=Body(
            content_type="application/json", schema=ref("Completion"), example={"blocks": [_BLOCK]}, required=False
        ),
        answers=[
            Answer(
                status=201,
                about="It is a video now.",
                schema=ref("Video"),
                example=VIDEO | {"sha256": None},
                headers=["Location"],
            ),
            Answer(status=200, about="It was one already.", schema=ref("Video"), example=VIDEO, headers=["Location"]),
        ],
        faults=[*_READING, faults.INCOMPLETE_UPLOAD, faults.VIDEO_NOT_FOUND, *_KNOWN],
    ),
}
