"""The list of videos, one video, and the trash."""

from routes.openapi import faults
from routes.openapi.examples import TRASHED, VIDEO, VIDEO_ID
from routes.openapi.operation import Answer, Body, Operation, Parameter, ref

_TAG = "Library"

VIDEO_PARAMETER = Parameter(
    name="video_id",
    where="path",
    about="The id of a video.",
    schema={"type": "string", "minLength": 1},
    example=VIDEO_ID,
)
_IF_MATCH = Parameter(
    name="If-Match",
    where="header",
    about="Act on this version of the record only: the video's `etag`, in quotes.",
    schema={"type": "string"},
)
_PAGING = (
    Parameter(
        name="limit",
        where="query",
        about="So many on a page.",
        schema={"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
    ),
    Parameter(name="cursor", where="query", about="The `next` of the page before.", schema={"type": "string"}),
)
_CHANGING = (
    faults.VIDEO_NOT_FOUND,
    faults.UPLOAD_NOT_FOUND,
    faults.RECORD_CHANGED,
    faults.CONFLICT,
    faults.LIST_DOWN,
    *faults.STORAGE,
)
_SORTS = ["uploaded_at", "-uploaded_at", "title", "-title", "size", "-size"]
_SHOWN = Answer(status=200, about="The video.", schema=ref("Video"), example=VIDEO, headers=["ETag"])

OPERATIONS = {
    "GET /api/videos": Operation(
        name="listVideos",
        tag=_TAG,
        summary="A page of the list",
        curl='curl "$URL/api/videos?q=holiday&sort=title&limit=20"',
        parameters=[
            Parameter(
                name="q",
                where="query",
                about="Words that begin like these; case and accents do not count.",
                schema={"type": "string", "maxLength": 200},
            ),
            Parameter(
                name="sort",
                where="query",
                about="The order; a minus turns it round.",
                schema={"type": "string", "enum": _SORTS, "default": "-uploaded_at"},
            ),
            Parameter(
                name="tag",
                where="query",
                about="Only those that have it.",
                schema={"type": "string", "maxLength": 200},
            ),
            *_PAGING,
        ],
        answers=[
            Answer(
                status=200,
                about="The page.",
                schema=ref("VideoPage"),
                example={"videos": [VIDEO], "next": None},
            )
        ],
        faults=[faults.INVALID_QUERY, faults.LIST_DOWN, *faults.STORAGE],
    ),
    "GET /api/videos/{video_id}": Operation(
        name="getVideo",
        tag=_TAG,
        summary="One video",
        curl='curl "$URL/api/videos/$ID"',
        parameters=[VIDEO_PARAMETER],
        answers=[_SHOWN],
        faults=[faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, *faults.STORAGE],
    ),
    "PATCH /api/videos/{video_id}": Operation(
        name="editVideo",
        tag=_TAG,
        summary="Change title, tags or both",
        curl=('curl -X PATCH -H "Content-Type: application/json" -d \'{"tags": ["holiday"]}\' "$URL/api/videos/$ID"'),
        parameters=[VIDEO_PARAMETER, _IF_MATCH],
        body=Body(content_type="application/json", schema=ref("Change"), example={"tags": ["holiday"]}),
        answers=[_SHOWN],
        faults=[*_CHANGING, faults.INVALID_CHANGE, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA],
    ),
    "DELETE /api/videos/{video_id}": Operation(
        name="deleteVideo",
        tag=_TAG,
        summary="Put a video into the trash",
        curl='curl -X DELETE "$URL/api/videos/$ID"',
        parameters=[VIDEO_PARAMETER, _IF_MATCH],
        answers=[Answer(status=204, about="It is in the trash.")],
        faults=_CHANGING,
    ),
    "POST /api/videos/{video_id}/restore": Operation(
        name="restoreVideo",
        tag=_TAG,
        summary="Take a video out of the trash",
        curl='curl -X POST "$URL/api/videos/$ID/restore"',
        parameters=[VIDEO_PARAMETER],
        answers=[_SHOWN],
        faults=_CHANGING,
    ),
    "GET /api/trash": Operation(
        name="listTrash",
        tag=_TAG,
        summary="What can be restored, and until when",
        curl='curl "$URL/api/trash"',
        parameters=_PAGING,
        answers=[
            Answer(
                status=200,
                about="The page, the latest deletion first.",
                schema=ref("TrashPage"),
                example={"videos": [TRASHED], "next": None},
            )
        ],
        faults=[faults.INVALID_QUERY, faults.LIST_DOWN, *faults.STORAGE],
    ),
}
