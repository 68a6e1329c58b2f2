"""Writing straight into storage."""

from routes.openapi import faults
from routes.openapi.examples import UPLOAD_ID, VIDEO
from routes.openapi.operation import Answer, Body, Operation, Parameter, ref

_TAG = "Direct upload"
_AT = f"https://reelgate.example/api/v1/videos/{UPLOAD_ID}"
_PERMISSION = {
    "id": UPLOAD_ID,
    "upload_url": "https://account.example/videos/20261120T101512345Z_film.mp4?sp=cw&sig=…",
    "expires_at": "2026-11-20T11:15:12.345Z",
    "block_size": 8388608,
    "complete_url": f"{_AT}/complete",
    "renew_url": f"{_AT}/upload-url",
}
_ID = Parameter(
    name="upload_id",
    where="path",
    about="The `id` of the permission.",
    schema={"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
    example=UPLOAD_ID,
)
_ENDED = (faults.UPLOAD_NOT_FOUND, faults.UPLOAD_GONE, *faults.STORAGE)
_MESSAGE = (faults.INVALID_UPLOAD, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA)

OPERATIONS = {
    "POST /api/v1/videos/generate-upload-url": Operation(
        name="generateUploadUrl",
        tag=_TAG,
        summary="A URL that writes one new blob",
        about="Put the file there, whole or in blocks, then complete the upload.",
        curl=(
            'curl -H "Content-Type: application/json" -d \'{"filename": "film.mp4", "size": 1048576}\' \\\n'
            '  "$URL/api/v1/videos/generate-upload-url"'
        ),
        body=Body(
            content_type="application/json",
            schema=ref("NewUpload"),
            example={"filename": "film.mp4", "size": 1048576, "content_type": "video/mp4"},
        ),
        answers=[Answer(status=201, about="The permission.", schema=ref("Permission"), example=_PERMISSION)],
        faults=[*_MESSAGE, faults.BUSY, *faults.STORAGE],
    ),
    "POST /api/v1/videos/{upload_id}/upload-url": Operation(
        name="renewUploadUrl",
        tag=_TAG,
        summary="Another URL for the same blob, and the blocks that are there",
        curl='curl -X POST "$URL/api/v1/videos/$ID/upload-url"',
        parameters=[_ID],
        answers=[
            Answer(
                status=201,
                about="The permission.",
                schema=ref("RenewedPermission"),
                example=_PERMISSION | {"staged": {"MDAwMDAwMDA=": 8388608}},
            )
        ],
        faults=[*_ENDED, faults.CONFLICT],
    ),
    "DELETE /api/v1/videos/{upload_id}/upload-url": Operation(
        name="cancelUpload",
        tag=_TAG,
        summary="Give an upload up",
        curl='curl -X DELETE "$URL/api/v1/videos/$ID/upload-url"',
        parameters=[_ID],
        answers=[Answer(status=204, about="It is forgotten.")],
        faults=[*_ENDED, faults.CONFLICT],
    ),
    "POST /api/v1/videos/{upload_id}/complete": Operation(
        name="completeUpload",
        tag=_TAG,
        summary="Have what was written checked, and made a video",
        about="With the ids of the blocks in order, as they were sent; with nothing when the blob is committed.",
        curl=(
            'curl -H "Content-Type: application/json" -d \'{"blocks": ["MDAwMDAwMDA="]}\' \\\n'
            '  "$URL/api/v1/videos/$ID/complete"'
        ),
        parameters=[_ID],
        body=Body(
            content_type="application/json",
            schema=ref("Completion"),
            example={"blocks": ["MDAwMDAwMDA="]},
            required=False,
        ),
        answers=[
            Answer(status=201, about="The video.", schema=ref("Video"), example=VIDEO, headers=["Location"]),
            Answer(status=200, about="It was one already.", schema=ref("Video"), example=VIDEO, headers=["Location"]),
        ],
        faults=[*_MESSAGE, *_ENDED, faults.INCOMPLETE, faults.CONFLICT, faults.RECORD_CHANGED, faults.LIST_DOWN],
    ),
}
