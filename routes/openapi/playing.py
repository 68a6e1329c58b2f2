"""Playing a video, or a URL to play it from."""

from typing import Any

from routes.openapi import faults
from routes.openapi.examples import VIDEO_ID
from routes.openapi.library import VIDEO_PARAMETER
from routes.openapi.operation import Answer, Operation, Parameter

_TAG = "Playback"
_DOWNLOAD = Parameter(
    name="download",
    where="query",
    about="With it, browsers save the video under its original name.",
    schema={"type": "string"},
)
_VERSIONS = tuple(
    Parameter(name=name, where="header", about=about, schema={"type": "string"})
    for name, about in {
        "Range": "One range, or the last bytes: `bytes=0-1023`, `bytes=-500`.",
        "If-Range": "The range holds for this version only; else all comes.",
        "If-None-Match": "Versions that the client has.",
    }.items()
)
_BYTES: dict[str, Any] = {"type": "string", "contentEncoding": "binary"}
_ACCESS: dict[str, Any] = {"$ref": "#/components/schemas/AccessUrl"}
_PLAYING = (
    faults.VIDEO_NOT_FOUND,
    faults.VIDEO_REPLACED,
    faults.RECORD_CHANGED,
    faults.LIST_DOWN,
    faults.BUSY,
    *faults.STORAGE,
)

_CONTENT: dict[str, Any] = {
    "tag": _TAG,
    "parameters": [VIDEO_PARAMETER, _DOWNLOAD, *_VERSIONS],
    "faults": [*_PLAYING, faults.RANGE],
}
_REDIRECT = Answer(status=302, about="To storage (PLAYBACK_MODE=redirect).", headers=["Location"])
_UNCHANGED = Answer(status=304, about="The client has this version.", headers=["ETag"])

OPERATIONS = {
    "GET /api/videos/{video_id}/content": Operation(
        name="playVideo",
        summary="The bytes, or a part of them",
        curl='curl -r 0-1023 -o part "$URL/api/videos/$ID/content"',
        answers=[
            Answer(status=200, about="All bytes.", schema=_BYTES, content_type="video/*", headers=["ETag"]),
            Answer(
                status=206,
                about="The range.",
                schema=_BYTES,
                content_type="video/*",
                headers=["ETag", "Content-Range"],
            ),
            _REDIRECT,
            _UNCHANGED,
        ],
        **_CONTENT,
    ),
    "HEAD /api/videos/{video_id}/content": Operation(
        name="describeContent",
        summary="The headers that GET would answer",
        curl='curl -I "$URL/api/videos/$ID/content"',
        answers=[Answer(status=200, about="No bytes.", headers=["ETag"]), _REDIRECT, _UNCHANGED],
        **_CONTENT,
    ),
    "GET /api/videos/{video_id}/access-url": Operation(
        name="getAccessUrl",
        tag=_TAG,
        summary="A URL that reads the video for some hours, without this server",
        curl='curl "$URL/api/videos/$ID/access-url?expiry_hours=2"',
        parameters=[
            VIDEO_PARAMETER,
            Parameter(
                name="expiry_hours",
                where="query",
                about="So long it works.",
                schema={"type": "integer", "minimum": 1, "maximum": 168, "default": 24},
            ),
            _DOWNLOAD,
        ],
        answers=[
            Answer(
                status=200,
                about="The URL.",
                schema=_ACCESS,
                example={
                    "url": f"https://account.example/videos/{VIDEO_ID}?sp=r&…",
                    "expires_at": "2026-11-21T10:15:12.345Z",
                },
            )
        ],
        faults=[faults.VIDEO_NOT_FOUND, faults.INVALID_QUERY, faults.LIST_DOWN, *faults.STORAGE],
    ),
}
