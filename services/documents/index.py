"""Which films have documents, so that no page of a film asks storage for that. Storage is the truth."""

import logging
from collections.abc import Callable

from services.database.errors import CatalogueUnavailableError
from services.database.notes import Notes
from services.documents.names import document_of
from services.documents.store import DocumentStore
from services.events.envelope import Said
from services.events.videos import VideoPurged
from services.library.tracks import folder
from services.steps import KeepGoing
from services.storage.records import RecordStore

log = logging.getLogger(__name__)

_LISTED = "documents.listed"


class DocumentIndex:
    """Tells of documents; whoever writes or deletes one tells it."""

    def __init__(self, store: DocumentStore, records: RecordStore, *, notes: Notes) -> None:
        """`records` are the container that they lie in, and `notes` those of the same database as the index."""
        self._store = store
        self._records = records
        self._notes = notes

    def of(self, film_id: str) -> dict[str, int] | None:
        """The documents of a film, their sizes by name; None where storage has to be asked."""
        try:
            return self._store.of(folder(film_id)) if self._notes.recall(_LISTED) is not None else None
        except CatalogueUnavailableError:
            return None

    def written(self, film_id: str, name: str, size: int) -> None:
        """Take in that a document was written: storage has it already, so nothing is raised."""
        self._note(lambda: self._store.put(folder(film_id), {name: size}))

    def deleted(self, film_id: str, name: str) -> None:
        """Take in that a document is gone."""
        self._note(lambda: self._store.remove(folder(film_id), name))

    def take(self, said: Said) -> None:
        """Let go of the documents of a video that has been purged."""
        if isinstance(said.event, VideoPurged):
            self._store.forget(folder(said.event.video.id))

    def compare(self, progress: KeepGoing = lambda _: None) -> int:
        """Make the index say what storage says; returns how many documents differed."""
        began, known = self._store.now(), self._store.all()
        listed: dict[str, dict[str, int]] = {}
        for record in self._records.list(""):
            progress(record.name)
            if (found := document_of(record)) is not None:
                listed.setdefault(found.folder, {})[found.name] = found.size
        missing = {
            home: changed
            for home, sizes in listed.items()
            if (changed := dict(sizes.items() - known.get(home, {}).items()))
        }
        gone = [(home, name) for home, sizes in known.items() for name in sizes if name not in listed.get(home, {})]
        for home, sizes in missing.items():
            self._store.put(home, sizes)
        for home, name in gone:
            self._store.remove(home, name, before=began)
        self._notes.remember(_LISTED, 1)
        return len(missing) + len(gone)

    def _note(self, write: Callable[[], None]) -> None:
        try:
            write()
        except CatalogueUnavailableError as error:
            log.warning("the index does not know of a document yet, and housekeeping will list it: %s", error)
