"""Documents as the API shows them."""

from typing import Annotated
from urllib.parse import quote

from msgspec import Meta, Struct

from routes.http.openapi.parameters import AN_ID
from services.documents.documents import Document


class DocumentMessage(Struct, frozen=True, kw_only=True):
    """One document of a film."""

    name: str
    size: Annotated[int, Meta(description="In bytes.")]
    content_type: Annotated[str, Meta(description="By the name's ending, never from the client.")]
    url: Annotated[str, Meta(description="Where it is downloaded, relative to the server.")]


class DocumentList(Struct, frozen=True, kw_only=True):
    """A film's documents, by name."""

    documents: tuple[DocumentMessage, ...]


def document_message(video_id: str, document: Document) -> DocumentMessage:
    """A document as the API shows it."""
    return DocumentMessage(
        name=document.name,
        size=document.size,
        content_type=document.content_type,
        url=f"/api/videos/{quote(video_id)}/documents/{quote(document.name, safe='')}",
    )


DOCUMENT = DocumentMessage(
    name="slides.pdf",
    size=48_213,
    content_type="application/pdf",
    url=f"/api/videos/{AN_ID}/documents/slides.pdf",
)
"""The document of the examples."""
