"""The documents of a film: listed, downloaded, given along and deleted."""

from contextlib import ExitStack

from flask import Blueprint, Response, request
from werkzeug.wsgi import ClosingIterator

from routes.documents.incoming import SentDocument
from routes.documents.messages import DOCUMENT, DocumentList, DocumentMessage, document_message
from routes.http.actors import current_actor
from routes.http.asked_part import asked_part
from routes.http.clients import client
from routes.http.messages import show
from routes.http.openapi import faults
from routes.http.openapi.operation import Answer, Body, operation, path, query
from routes.http.openapi.parameters import VIDEO_ID
from routes.http.wiring import services
from services.documents.errors import DocumentExistsError, DocumentNotFoundError, InvalidDocumentError
from utils.content_disposition import content_disposition
from utils.ranges import content_range, if_none_match_hits

blueprint = Blueprint("documents", __name__, url_prefix="/api/videos")

_TAG = "Documents"
_NAME = path("name", "The document's name.", example="slides.pdf")
_NO_DOCUMENT = DocumentNotFoundError("This video has no such document.")
_INVALID = InvalidDocumentError("The file is empty.", errors=[{"field": "file", "reason": "The file is empty"}])
_TAKEN = DocumentExistsError("There is another document of that name. Delete it first.")
_READING = (faults.VIDEO_NOT_FOUND, faults.LIST_DOWN, *faults.STORAGE)
_BYTES = {"type": "string", "contentEncoding": "binary"}


@blueprint.get("/<path:video_id>/documents")
@operation(
    name="listDocuments",
    tag=_TAG,
    summary="The documents beside a video",
    curl='curl "$URL/api/videos/$ID/documents"',
    parameters=[VIDEO_ID],
    answers=[
        Answer(200, "The documents.", schema=DocumentList, example=DocumentList(documents=(DOCUMENT,))),
    ],
    faults=_READING,
)
def list_documents(video_id: str) -> Response:
    """All documents."""
    found = services().documents.documents.of(video_id, by=current_actor())
    return show(DocumentList(documents=tuple(document_message(video_id, each) for each in found)))


@blueprint.post("/<path:video_id>/documents")
@operation(
    name="addDocument",
    tag=_TAG,
    summary="Give a document along with a video",
    about="PDF, slides or text, as the body with `?name=`, or as the field `file` of a form. The name's ending says "
    "what it is, and the content has to begin so.",
    curl='curl -F file=@slides.pdf "$URL/api/videos/$ID/documents"',
    parameters=[VIDEO_ID, query("name", "The file's name, where the body is the file itself.")],
    body=Body(
        {"type": "object", "required": ["file"], "properties": {"file": _BYTES}}, content_type="multipart/form-data"
    ),
    answers=[Answer(201, "It is there.", schema=DocumentMessage, example=DOCUMENT, headers=["Location"])],
    faults=[*_READING, _INVALID, _TAKEN, faults.TOO_LARGE, faults.UNSUPPORTED_MEDIA, faults.STALLED, faults.BUSY],
)
def add_document(video_id: str) -> Response:
    """Take a document in."""
    with SentDocument(video_id) as sent:
        sent.receive()
        message = document_message(video_id, sent.keep())
    response = show(message, 201)
    response.headers["Location"] = message.url
    return response


@blueprint.get("/<path:video_id>/documents/<name>")
@operation(
    name="getDocument",
    tag=_TAG,
    summary="Download a document",
    curl='curl -OJ "$URL/api/videos/$ID/documents/slides.pdf"',
    parameters=[VIDEO_ID, _NAME],
    answers=[
        Answer(
            status=200,
            about="The file, by the kind that its name has.",
            schema=_BYTES,
            content_type="application/*",
            also_as=("text/*",),
            headers=["ETag"],
        ),
        Answer(
            status=206,
            about="The range, so that what broke off goes on.",
            schema=_BYTES,
            content_type="application/*",
            also_as=("text/*",),
            headers=["ETag", "Content-Range"],
        ),
        Answer(304, "The client has this version.", headers=["ETag"]),
    ],
    faults=[*_READING, _NO_DOCUMENT, faults.RANGE, faults.BUSY],
)
def get_document(video_id: str, name: str) -> Response:
    """One document, to be saved and never shown by the browser as a page of ours."""
    stack = ExitStack()
    with stack:
        stack.callback(services().playback.player.places.take(client()))
        opened = stack.enter_context(services().documents.documents.open(video_id, name, by=current_actor()))
        content = opened.content
        headers = {"ETag": content.etag, "Cache-Control": "private, no-cache", "Accept-Ranges": "bytes"}
        if if_none_match_hits(request.headers.get("If-None-Match", ""), content.etag):
            return Response(status=304, headers=headers)
        headers |= {
            "Content-Type": opened.document.content_type,
            "Content-Disposition": content_disposition(opened.document.name),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        part, steps = asked_part(content.size, etag=content.etag), content.steps
        if part is not None:
            headers["Content-Range"] = content_range(part, content.size)
            steps = stack.enter_context(opened.part(part))
        headers["Content-Length"] = str(part.length if part else content.size)
        body = ClosingIterator(steps, stack.pop_all().close)
        return Response(body, status=206 if part else 200, headers=headers, direct_passthrough=True)


@blueprint.delete("/<path:video_id>/documents/<name>")
@operation(
    name="deleteDocument",
    tag=_TAG,
    summary="Delete a document for good",
    curl='curl -X DELETE "$URL/api/videos/$ID/documents/slides.pdf"',
    parameters=[VIDEO_ID, _NAME],
    answers=[Answer(204, "It is gone.")],
    faults=[*_READING, _NO_DOCUMENT, faults.HELD],
)
def delete_document(video_id: str, name: str) -> tuple[str, int]:
    """Delete one."""
    services().documents.documents.delete(video_id, name, by=current_actor())
    return "", 204
