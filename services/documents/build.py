"""Documents of one process, put together."""

from dataclasses import dataclass

from config import Settings
from services.documents.documents import Documents
from services.documents.index import DocumentIndex
from services.documents.store import DocumentStore
from services.events.listener import Listener
from services.events.videos import VideoPurged
from services.library.build import LibrarySlice
from services.platform import Platform
from services.steps import Step
from services.storage.reading import BlobReader
from services.storage.signing import BlobSigner
from services.uploads.build import UploadsSlice
from utils.capacity import Capacity

_HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class DocumentsSlice:
    """What people give along with films. Purging a film deletes its folder, and so its documents."""

    documents: Documents
    index: DocumentIndex

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for documents."""
        return (Step(name="documents", every=_HOUR, at_start=True, quiet=True, run=self.index.compare),)


def build(platform: Platform, settings: Settings, library: LibrarySlice, uploads: UploadsSlice) -> DocumentsSlice:
    """The slice; opens no connection. Documents come in by the memory and the threads of uploads."""
    reader = BlobReader(
        BlobSigner(platform.client, container=platform.tracks),
        platform.client.circuit,
        timeout=settings.storage_timeout_seconds,
        connections=Capacity(settings.max_concurrent_uploads).storage_connections,
    )
    index = DocumentIndex(
        DocumentStore(platform.databases.index), platform.track_store(), notes=library.catalogue.notes
    )
    platform.events.listen(Listener(name="documents", wants=(VideoPurged,), take=index.take))
    documents = Documents(
        library=library.videos,
        index=index,
        store=platform.track_store(),
        blobs=platform.track_blobs(),
        reader=reader,
        writer=uploads.writer,
        largest=settings.max_document_bytes,
    )
    return DocumentsSlice(documents=documents, index=index)
