"""The document of a request, taken in as it comes: the body itself, or the field `file` of a form."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING, Self

from flask import request

from routes.http.actors import current_actor
from routes.http.clients import client
from routes.http.file_form import MOST_FIELDS
from routes.http.upload_body import RequestBody
from routes.http.wiring import services
from services.documents.documents import Document
from services.documents.errors import InvalidDocumentError
from services.documents.kinds import empty
from services.errors import UnsupportedMediaError
from services.uploads.reservation import ReservedChunk
from utils.multipart import (
    MOST_KEPT_BACK,
    FormLimits,
    MalformedMultipart,
    MultipartReader,
    PartBegin,
    PartData,
    PartEnd,
)

if TYPE_CHECKING:
    from services.documents.incoming import IncomingDocument

_FORM = "multipart/form-data"
_FILE = "file"


class SentDocument(AbstractContextManager["SentDocument"]):
    """What the current request sends for a film; what is not kept by the end of the block leaves nothing behind."""

    def __init__(self, video_id: str) -> None:
        self.fields: dict[str, str] = {}
        self._video_id = video_id
        self._incoming: IncomingDocument | None = None
        self._memory = services().uploads.reader.nothing_reserved()
        self._texts: dict[str, bytearray] = {}
        self._part: PartBegin | None = None

    def receive(self) -> None:
        """Read the body to its end; raises `InvalidDocumentError`, and what uploads raise."""
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise UnsupportedMediaError("Send the bytes as they are, without a Content-Encoding.")
        body = RequestBody()
        with services().uploads.slots.hold(client()), ExitStack() as stack:
            if request.mimetype != _FORM:
                self._begin(request.args.get("name", ""), length=body.length)
                self._read(body, self._write)
                return
            try:
                reader = MultipartReader(request.content_type or "", limits=FormLimits(parts=MOST_FIELDS))
                stack.enter_context(self._memory)
                self._read(body, lambda chunk: self._feed(reader, chunk))
                reader.finish()
            except MalformedMultipart as error:
                raise InvalidDocumentError(str(error)) from error
            self.fields = {name: text.decode(errors="replace") for name, text in self._texts.items()}

    def keep(self) -> Document:
        """Make a document of it; raises `InvalidDocumentError` where nothing was sent."""
        if self._incoming is None:
            raise empty()
        kept = services().documents.documents.keep(self._video_id, self._incoming, by=current_actor())
        self._incoming = None
        return kept

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        """Let go of what has not been kept."""
        if self._incoming is not None:
            self._incoming.abandon()

    def _read(self, body: RequestBody, pass_on: Callable[[ReservedChunk], None]) -> None:
        services().uploads.reader.read(body, door="document", pass_on=pass_on)

    def _begin(self, name: str, *, length: int | None) -> None:
        documents = services().documents.documents
        if self._incoming is not None:
            raise InvalidDocumentError("One document at a time can be given along.")
        self._incoming = documents.begin(self._video_id, name, length=length, by=current_actor())

    def _write(self, chunk: ReservedChunk) -> None:
        if self._incoming is not None:
            self._incoming.write(chunk)

    def _feed(self, reader: MultipartReader, chunk: ReservedChunk) -> None:
        self._memory.take(chunk.reservation, len(chunk))
        for event in reader.feed(chunk.data):
            self._take(event)
        # The rest was boundaries, headers and fields, but for what the reader passes on with the next chunk.
        self._memory.shrink(to=MOST_KEPT_BACK)

    def _take(self, event: PartBegin | PartData | PartEnd) -> None:
        match event:
            case PartBegin():
                self._part = event
                if event.name == _FILE and event.filename:
                    self._begin(event.filename, length=None)
            case PartData() if self._part is not None:
                if self._part.name == _FILE:
                    self._write(ReservedChunk(event.data, self._memory))
                else:
                    self._texts.setdefault(self._part.name, bytearray()).extend(event.data)
            case _:
                self._part = None
