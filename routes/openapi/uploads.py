"""Sending whole files."""

from routes.openapi.examples import VIDEO
from routes.openapi.faults import UPLOADING, WRONG_DIGEST
from routes.openapi.operation import Answer, Body, Operation, Parameter, ref

_TAG = "Upload"
_DIGESTS = (
    Parameter(
        name="Content-Digest",
        where="header",
        about="A digest of the body that is to be checked (RFC 9530); Content-MD5 and Repr-Digest work too.",
        schema={"type": "string"},
    ),
)
_FILE = {"type": "string", "format": "binary"}
_BYTES = {"type": "string", "contentMediaType": "application/octet-stream", "format": "binary"}

OPERATIONS = {
    "POST /api/upload": Operation(
        name="uploadForm",
        tag=_TAG,
        summary="Store the files of a form",
        about="All files become videos, or none does. A `title` field names the file that follows it.",
        curl='curl -F title="Holiday film" -F file=@film.mp4 "$URL/api/upload"',
        parameters=_DIGESTS,
        body=Body(
            content_type="multipart/form-data",
            schema={
                "type": "object",
                "properties": {"title": {"type": "string", "maxLength": 200}, "file": _FILE},
                "required": ["file"],
            },
        ),
        answers=[
            Answer(status=201, about="The videos.", schema=ref("NewVideos"), example={"videos": [VIDEO]}),
            Answer(status=303, about="To a page: the form was sent by a browser.", headers=["Location"]),
        ],
        faults=[*UPLOADING, WRONG_DIGEST],
    ),
    "PUT /api/upload/{filename}": Operation(
        name="uploadFile",
        tag=_TAG,
        summary="Store the body as one video",
        about="With a length or chunked. `curl -T` puts the name of the file into the address by itself.",
        curl='curl -T film.mp4 "$URL/api/upload/"',
        parameters=[
            Parameter(
                name="filename",
                where="path",
                about="The name of the file. It has to be one that a video can have.",
                schema={"type": "string", "minLength": 1},
                example="film.mp4",
            ),
            Parameter(name="title", where="query", about="A title; else the name is it.", schema={"type": "string"}),
            *_DIGESTS,
        ],
        body=Body(content_type="application/octet-stream", schema=_BYTES),
        answers=[
            Answer(status=201, about="The video.", schema=ref("Video"), example=VIDEO, headers=["Location"]),
        ],
        faults=[*UPLOADING, WRONG_DIGEST],
    ),
}
