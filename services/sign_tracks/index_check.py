"""Making the index of sign tracks say what storage says: an index that is empty, or has missed a change."""

import logging
from dataclasses import replace
from urllib.parse import unquote

from services.library.tracks import folder
from services.sign_tracks.store import IndexedTrack, SignTrackStore
from services.sign_tracks.track import from_record, language_of
from services.steps import KeepGoing
from services.storage.records import ListedRecord, RecordStore

log = logging.getLogger(__name__)


class IndexCheck:
    """Goes through all records by listing, and reads only those that the index does not know in that version."""

    def __init__(self, records: RecordStore, store: SignTrackStore) -> None:
        self._records = records
        self._store = store

    def run(self, progress: KeepGoing) -> int:
        """Mend the index; returns how many rows were not as they should be."""
        began = self._store.now()
        known = self._store.indexed()
        by_digest = {folder(film): film for film, _ in known if folder(film).startswith("~")}
        mended = 0
        listed: set[tuple[str, str]] = set()
        for record in self._records.list(""):
            progress(record.name)
            language = language_of(record.name)
            if language is None:
                continue
            segment = record.name.partition("/")[0]
            film = by_digest.get(segment, "") if segment.startswith("~") else unquote(segment)
            listed.add((film, language))
            row = known.get((film, language))
            if row is None or (row.version != record.tags.get("version") and row.written_at < began):
                mended += self._take_in(record, film, language, listed)
        return mended + self._let_go(known, listed, began)

    def _take_in(self, record: ListedRecord, film: str, language: str, listed: set[tuple[str, str]]) -> int:
        stored = self._records.read(record.name)
        track = None if stored is None else from_record(stored.content, language=language)
        if track is None:
            return 0
        film = film or track.film_id
        listed.add((film, language))
        self._store.put(replace(track, film_id=film))
        return 1

    def _let_go(self, known: dict[tuple[str, str], IndexedTrack], listed: set[tuple[str, str]], began: int) -> int:
        gone = [key for key, row in known.items() if key not in listed and row.written_at < began]
        for film, language in gone:
            self._store.remove(film, language, version=known[film, language].version)
        return len(gone)
