"""Documents on the page of a video: given along and deleted by plain forms."""

from flask import Blueprint, redirect, url_for
from werkzeug import Response

from routes.documents.incoming import SentDocument
from routes.documents.messages import DocumentMessage, document_message
from routes.http.actors import current_actor
from routes.http.wiring import services
from services.documents.kinds import TYPES
from services.errors import ReelgateError
from services.videos.video import Video

blueprint = Blueprint("document_pages", __name__)


@blueprint.app_template_global()
def documents_of(video: Video) -> tuple[DocumentMessage, ...]:
    """What lies beside a film that is shown; nothing while storage is away."""
    try:
        found = services().documents.documents.of(video.id, by=current_actor())
    except ReelgateError:
        return ()
    return tuple(document_message(video.id, each) for each in found)


@blueprint.app_template_global()
def document_endings() -> str:
    """What the chooser of files offers."""
    return ",".join(f".{each}" for each in TYPES)


@blueprint.post("/videos/<path:video_id>/documents")
def change(video_id: str) -> Response:
    """Give a document along, or delete one."""
    documents, by = services().documents.documents, current_actor()
    with SentDocument(video_id) as sent:
        sent.receive()
        if sent.fields.get("action") == "delete":
            documents.delete(video_id, sent.fields.get("name", ""), by=by)
        else:
            sent.keep()
    return redirect(url_for("watch.page", video_id=video_id) + "#documents", code=303)
