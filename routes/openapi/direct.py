"""Writing straight into storage, with a URL that fits exactly one new blob."""

from typing import Any

from routes.openapi import faults
from routes.openapi.examples import VIDEO, VIDEO_ID
from routes.openapi.operation import Answer, Body, Operation, Parameter, ref

_TAG = "Direct upload"
_UPLOAD = Parameter(
    name="upload_id", where="path", about="What `id` said.", schema={"type": "string"}, example=VIDEO_ID
)
_PERMISSION: dict[str, Any] = {
    "id": VIDEO_ID,
    "upload_url": f"https://account.example/videos/{VIDEO_ID}?sp=c&sig=…",
    "expires_at": "2026-11-20T11:15:12.345Z",
    "block_size": 8388608,
    "complete_url": f"https://reelgate.example/api/v1/videos/{VIDEO_ID}/complete",
    "renew_url": f"https://reelgate.example/api/v1/videos/{VIDEO_ID}/upload-url",
}
_ASKING = (faults.INVALID_UPLOAD, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA, *faults.STORAGE)
_KNOWN = (faults.UPLOAD_NOT_FOUND, faults.UPLOAD_GONE, faults.UPLOAD_LOCKED)

OPERATIONS = {
    "POST /api/v1/videos/generate-upload-url": Operation(
        name="generateUploadUrl",
        tag=_TAG,
        summary="Leave to write one new blob",
        about="Put the file, or its blocks, to `upload_url`, then ask `complete_url` to make it a video.",
        curl='curl --json \'{"filename": "film.mp4", "size": 1048576}\' "$URL/api/v1/videos/generate-upload-url"',
        body=Body(
            content_type="application/json",
            schema=ref("NewUpload"),
            example={"filename": "Holiday Film.mp4", "size": 1048576, "content_type": "video/mp4"},
        ),
        answers=[Answer(status=201, about="The permission.", schema=ref("Permission"), example=_PERMISSION)],
        faults=_ASKING,
    ),
    "POST /api/v1/videos/{upload_id}/upload-url": Operation(
        name="renewUploadUrl",
        tag=_TAG,
        summary="Another URL for the same blob, and the blocks that are there already",
        curl='curl -X POST "$URL/api/v1/videos/$ID/upload-url"',
        parameters=[_UPLOAD],
        answers=[
            Answer(
                status=201,
                about="The permission, and the sizes of the blocks that storage has, by their ids.",
                schema=ref("RenewedPermission"),
                example=_PERMISSION | {"staged": {"MDAwMDAwMDA=": 8388608}},
            )
        ],
        faults=[*_KNOWN, *faults.STORAGE],
    ),
    "DELETE /api/v1/videos/{upload_id}/upload-url": Operation(
        name="cancelDirectUpload",
        tag=_TAG,
        summary="Give an upload up",
        curl='curl -X DELETE "$URL/api/v1/videos/$ID/upload-url"',
        parameters=[_UPLOAD],
        answers=[Answer(status=204, about="Nothing of it is left.")],
        faults=[*_KNOWN, *faults.STORAGE],
    ),
    "POST /api/v1/videos/{upload_id}/complete": Operation(
        name="completeUpload",
        tag=_TAG,
        summary="Check what has been written, and make it a video",
        about="Name the blocks in order, or nothing when the blob is committed. Asked again, the video is the same.",
        curl='curl --json \'{"blocks": ["MDAwMDAwMDA="]}\' "$URL/api/v1/videos/$ID/complete"',
        parameters=[_UPLOAD],
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
        faults=[*_ASKING, *_KNOWN, faults.INCOMPLETE],
    ),
}
