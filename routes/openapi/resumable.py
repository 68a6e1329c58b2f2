"""Resumable uploads: tus 1.0 (https://tus.io)."""

from routes.openapi import faults
from routes.openapi.examples import UPLOAD_ID
from routes.openapi.operation import Answer, Body, Operation, Parameter

_TAG = "Resumable upload"
_NUMBER = {"type": "string", "pattern": "^[0-9]{1,15}$"}
_VERSION = Parameter(
    name="Tus-Resumable",
    where="header",
    about="The version of the protocol that the client speaks.",
    schema={"type": "string", "const": "1.0.0"},
    example="1.0.0",
    required=True,
)
_ID = Parameter(
    name="upload_id",
    where="path",
    about="The last part of the Location that creation has answered.",
    schema={"type": "string", "minLength": 1, "pattern": "^[^/]+$"},
    example=UPLOAD_ID,
)
_LENGTH = Parameter(
    name="Upload-Length", where="header", about="The size of the file.", schema=_NUMBER, example="1048576"
)
_CHECKSUM = Parameter(
    name="Upload-Checksum",
    where="header",
    about="A digest of this request's bytes: an algorithm, a space, base64.",
    schema={"type": "string"},
)
_ABILITIES = Answer(
    status=204, about="What is spoken here.", headers=["Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size"]
)
_GONE = (faults.UPLOAD_NOT_FOUND, faults.UPLOAD_GONE, *faults.STORAGE)
_WITH_VERSION = (*_GONE, faults.INVALID_UPLOAD, faults.UNSUPPORTED_VERSION)
_TAKING = (*faults.UPLOADING, faults.UNSUPPORTED_VERSION, faults.OFFSET_MISMATCH, faults.WRONG_CHUNK)
_BYTES = {"type": "string", "contentMediaType": "application/offset+octet-stream", "format": "binary"}
_PROGRESS = ("Tus-Resumable", "Upload-Offset", "Upload-Expires")

OPERATIONS = {
    "OPTIONS /api/uploads": Operation(
        name="resumableAbilities",
        tag=_TAG,
        summary="Which parts of tus are here",
        curl='curl -i -X OPTIONS "$URL/api/uploads"',
        answers=[_ABILITIES],
    ),
    "POST /api/uploads": Operation(
        name="createUpload",
        tag=_TAG,
        summary="Begin an upload",
        about="With the first bytes when they come along, or by putting finished pieces together (Upload-Concat).",
        curl=(
            'curl -i -X POST -H "Tus-Resumable: 1.0.0" -H "Upload-Length: $(wc -c < film.mp4)" \\\n'
            '  -H "Upload-Metadata: filename $(printf film.mp4 | base64)" "$URL/api/uploads"'
        ),
        parameters=[
            _VERSION,
            _LENGTH,
            Parameter(
                name="Upload-Metadata",
                where="header",
                about="Pairs of a name and a value in base64, with commas between: filename, filetype, title.",
                schema={"type": "string"},
                example="filename ZmlsbS5tcDQ=",
            ),
            Parameter(
                name="Upload-Defer-Length",
                where="header",
                about="1 when the size is not known yet.",
                schema={"type": "string", "const": "1"},
            ),
            Parameter(
                name="Upload-Concat",
                where="header",
                about="`partial`, or `final;` and the addresses of finished pieces.",
                schema={"type": "string"},
            ),
            _CHECKSUM,
        ],
        body=Body(content_type="application/offset+octet-stream", schema=_BYTES, required=False),
        answers=[Answer(status=201, about="The upload has begun.", headers=["Location", *_PROGRESS])],
        faults=[*_TAKING, faults.UPLOAD_NOT_FOUND, faults.UPLOAD_GONE, faults.UPLOAD_LOCKED, faults.FINAL_UPLOAD],
    ),
    "OPTIONS /api/uploads/{upload_id}": Operation(
        name="uploadAbilities",
        tag=_TAG,
        summary="Which parts of tus are here",
        curl='curl -i -X OPTIONS "$URL/api/uploads/$ID"',
        parameters=[_ID],
        answers=[_ABILITIES],
    ),
    "HEAD /api/uploads/{upload_id}": Operation(
        name="uploadProgress",
        tag=_TAG,
        summary="How far an upload has got",
        about="A finished upload answers with an offset that equals its length, until it expires.",
        curl='curl -I -H "Tus-Resumable: 1.0.0" "$URL/api/uploads/$ID"',
        parameters=[_ID, _VERSION],
        answers=[Answer(status=200, about="The offset.", headers=[*_PROGRESS, "Upload-Length", "Content-Location"])],
        faults=_WITH_VERSION,
    ),
    "PATCH /api/uploads/{upload_id}": Operation(
        name="appendToUpload",
        tag=_TAG,
        summary="Send bytes from an offset on",
        about="What storage has acknowledged counts, even when the connection breaks. The last byte makes it a video.",
        curl=(
            'curl -i -X PATCH -H "Tus-Resumable: 1.0.0" -H "Upload-Offset: 0" \\\n'
            '  -H "Content-Type: application/offset+octet-stream" --data-binary @film.mp4 "$URL/api/uploads/$ID"'
        ),
        parameters=[
            _ID,
            _VERSION,
            Parameter(
                name="Upload-Offset",
                where="header",
                about="Where these bytes belong: what HEAD says.",
                schema=_NUMBER,
                example="0",
                required=True,
            ),
            _CHECKSUM,
        ],
        body=Body(content_type="application/offset+octet-stream", schema=_BYTES),
        answers=[Answer(status=204, about="How far it has got.", headers=[*_PROGRESS, "Content-Location"])],
        faults=[*_TAKING, faults.UPLOAD_NOT_FOUND, faults.UPLOAD_GONE, faults.UPLOAD_LOCKED, faults.FINAL_UPLOAD],
    ),
    "DELETE /api/uploads/{upload_id}": Operation(
        name="terminateUpload",
        tag=_TAG,
        summary="Give an upload up",
        curl='curl -X DELETE -H "Tus-Resumable: 1.0.0" "$URL/api/uploads/$ID"',
        parameters=[_ID, _VERSION],
        answers=[Answer(status=204, about="It is forgotten.", headers=["Tus-Resumable"])],
        faults=[*_WITH_VERSION, faults.UPLOAD_LOCKED],
    ),
    "GET /api/uploads/{upload_id}": Operation(
        name="findUploadedVideo",
        tag=_TAG,
        summary="The video that a finished upload has become",
        curl='curl -i "$URL/api/uploads/$ID"',
        parameters=[_ID],
        answers=[Answer(status=303, about="To its content.", headers=["Location", *_PROGRESS])],
        faults=[*_GONE, faults.OFFSET_MISMATCH, faults.INVALID_UPLOAD],
    ),
    "POST /api/uploads/{upload_id}": Operation(
        name="overrideMethod",
        tag=_TAG,
        summary="PATCH, DELETE or HEAD for clients that can send nothing but POST",
        curl=('curl -i -X POST -H "X-HTTP-Method-Override: DELETE" -H "Tus-Resumable: 1.0.0" "$URL/api/uploads/$ID"'),
        parameters=[
            _ID,
            _VERSION,
            Parameter(
                name="X-HTTP-Method-Override",
                where="header",
                about="The method that is meant.",
                schema={"enum": ["PATCH", "DELETE", "HEAD"]},
                example="DELETE",
                required=True,
            ),
        ],
        answers=[
            Answer(status=200, about="As HEAD answers.", headers=_PROGRESS),
            Answer(status=204, about="As PATCH or DELETE answers.", headers=["Tus-Resumable"]),
        ],
        faults=[*_TAKING, faults.UPLOAD_NOT_FOUND, faults.UPLOAD_GONE, faults.UPLOAD_LOCKED, faults.FINAL_UPLOAD],
    ),
}
