"""Documents in the container of people's work: with the film's rights, and gone for good when the film is."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass

from services.actors.actor import Actor
from services.actors.policy import Act
from services.documents.errors import DocumentExistsError, DocumentNotFoundError, InvalidDocumentError
from services.documents.incoming import IncomingDocument, check_size
from services.documents.index import DocumentIndex
from services.documents.kinds import checked_name, content_type_of
from services.documents.names import blob_name, document_of
from services.library.library import Library
from services.storage.blobs import BlobStorage
from services.storage.errors import BlobNotFoundError
from services.storage.reading import BlobReader, WholeBlob
from services.storage.records import RecordStore
from services.uploads.block_plan import BlockPlan
from services.uploads.build import BlockWriters
from utils.ranges import ByteRange
from utils.sizes import MIB

MOST = 50
"""How many a film has."""

_LONGEST_BLOB_NAME = 1024
_BLOCK = 4 * MIB


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document of a film."""

    name: str
    size: int
    content_type: str


@dataclass(frozen=True, kw_only=True)
class OpenedDocument:
    """A document that is being read: all of it, or a part of the same version."""

    document: Document
    content: WholeBlob
    part: Callable[[ByteRange], AbstractContextManager[Iterator[bytes]]]
    """Those bytes alone; raises `BlobChangedError` too."""


@dataclass(frozen=True, kw_only=True)
class Documents:
    """The documents of all films. Every method raises `StorageError` and what `Library.get` raises."""

    library: Library
    index: DocumentIndex
    store: RecordStore
    blobs: BlobStorage
    reader: BlobReader
    """Those of the same container."""
    writer: BlockWriters
    largest: int
    """In bytes."""

    def of(self, video_id: str, *, by: Actor) -> tuple[Document, ...]:
        """A film's documents, by name."""
        film = self.library.get(video_id, by=by)
        known = self.index.of(film.id)
        return self._listed(film.id) if known is None else _by_name(known)

    @contextmanager
    def open(self, video_id: str, name: str, *, by: Actor) -> Iterator["OpenedDocument"]:
        """A document, which is read as long as the block lasts; raises `DocumentNotFoundError`."""
        film = self.library.get(video_id, by=by, act=Act.DOWNLOAD)
        if len(blob := blob_name(film.id, name)) > _LONGEST_BLOB_NAME:
            raise _unknown()

        def part(wanted: ByteRange) -> AbstractContextManager[Iterator[bytes]]:
            return self.reader.open(blob, start=wanted.start, end=wanted.end, etag=content.etag.strip('"'))

        with ExitStack() as stack:
            try:
                content = stack.enter_context(self.reader.open_whole(blob))
            except BlobNotFoundError as error:
                raise _unknown() from error
            yield OpenedDocument(document=_document(name, content.size), content=content, part=part)

    def begin(self, video_id: str, name: str, *, length: int | None, by: Actor) -> IncomingDocument:
        """Give a document along: what takes its bytes, `length` of them where that is known.

        Raises `InvalidDocumentError`. The caller ends it by `keep`, or by its own `abandon`.
        """
        film = self.library.get(video_id, by=by, act=Act.EDIT)
        name = checked_name(name)
        check_size(length or 0, largest=self.largest)
        if len(blob := blob_name(film.id, name)) > _LONGEST_BLOB_NAME:
            raise InvalidDocumentError("The name is too long for storage.")
        known = {each.name for each in self._listed(film.id)}
        if name in known:
            raise DocumentExistsError("There is another document of that name. Delete it first.")
        if len(known) >= MOST:
            raise InvalidDocumentError(f"A film has at most {MOST} documents. Delete one first.")
        token = uuid.uuid4()
        plan = BlockPlan(standard=_BLOCK, largest=self.largest, length=length)
        # Two of one name at once would put their blocks into the same place.
        writer = self.writer(stage=self.blobs.stager(blob), plan=plan, name_block=lambda at, _: f"{token.hex}{at:08d}")
        return IncomingDocument(name, blob=blob, writer=writer, storage=self.blobs, largest=self.largest, token=token)

    def keep(self, video_id: str, incoming: IncomingDocument, *, by: Actor) -> Document:
        """Make what has come a document of the film; raises `InvalidDocumentError` and `DocumentExistsError`."""
        # The film may have been deleted while it came.
        film = self.library.get(video_id, by=by, act=Act.EDIT)
        incoming.finish()
        self.index.written(film.id, incoming.name, incoming.size)
        return _document(incoming.name, incoming.size)

    def delete(self, video_id: str, name: str, *, by: Actor) -> None:
        """Delete a document for good; raises `DocumentNotFoundError`."""
        film = self.library.get(video_id, by=by, act=Act.DELETE)
        if name not in {each.name for each in self._listed(film.id)}:
            raise _unknown()
        self.store.delete(blob_name(film.id, name))
        self.index.deleted(film.id, name)

    def _listed(self, film_id: str) -> tuple[Document, ...]:
        """As storage has them, by name."""
        found = map(document_of, self.store.list(blob_name(film_id, "")))
        return _by_name({each.name: each.size for each in found if each is not None})


def _by_name(sizes: Mapping[str, int]) -> tuple[Document, ...]:
    return tuple(_document(name, sizes[name]) for name in sorted(sizes, key=str.casefold))


def _document(name: str, size: int) -> Document:
    return Document(name=name, size=size, content_type=content_type_of(name))


def _unknown() -> DocumentNotFoundError:
    return DocumentNotFoundError("This video has no such document.")
