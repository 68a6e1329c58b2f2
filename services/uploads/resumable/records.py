"""The records of all resumable uploads in storage, and the versions in which they are read and written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.errors import NotFoundError
from services.storage.records import ListedRecord, RecordStore
from services.uploads.resumable.record import UploadRecord
from services.uploads.resumable.timers import Timers

DEAD_SECONDS = 6.0
"""Who has not written a record for so long, by storage's clock, does not hold it any more."""
SURE_SECONDS = 5.0
"""After a write nobody else takes over for so long. The second between them is for clocks that run unevenly."""

_FOLDER = "tus/"
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class RecordVersion:
    """A record as it was read."""

    record: UploadRecord
    etag: str
    age: float = 0.0
    sure_until: float = 0.0
    """Of one that rests: until then, by this process's clock, nobody else has taken it over."""

    @property
    def held(self) -> bool:
        """Whether a live request is sending bytes, so that nobody else may."""
        holder = self.record.holder
        return holder is not None and not holder.silent and self.age <= DEAD_SECONDS

    @property
    def binding(self) -> float:
        """For so many seconds its holder may answer without asking storage, whatever has become of the record."""
        return max(0.0, SURE_SECONDS - self.age) if self.held else 0.0


class UploadRecords:
    """The records of all resumable uploads, and the timers of those who hold them."""

    def __init__(self, store: RecordStore) -> None:
        self.timers = Timers()
        self._store = store

    def create(self, record: UploadRecord) -> RecordVersion:
        """Write a new upload's record."""
        etag = self._store.create(_FOLDER + record.id, record.to_bytes(), tags=record.tags())
        return RecordVersion(record, etag)

    def read(self, upload_id: str) -> RecordVersion:
        """The newest version; raises `NotFoundError`."""
        # Anything may stand in a URL, and not all of it can name a blob.
        stored = self._store.read(_FOLDER + upload_id) if _ID.fullmatch(upload_id) else None
        if stored is None:
            raise NotFoundError("There is no such upload. It may have been ended, or have expired.")
        return RecordVersion(UploadRecord.from_bytes(stored.content), stored.etag, stored.age)

    def replace(self, version: RecordVersion, record: UploadRecord) -> RecordVersion:
        """Write the next version; raises `BlobChangedError` when somebody else has done so."""
        etag = self._store.replace(_FOLDER + record.id, record.to_bytes(), etag=version.etag, tags=record.tags())
        return RecordVersion(record, etag)

    def delete(self, version: RecordVersion) -> None:
        """Forget the upload, unless somebody has changed it (`BlobChangedError`)."""
        self._store.delete(_FOLDER + version.record.id, etag=version.etag)

    def list(self) -> Iterator[tuple[str, ListedRecord]]:
        """The ids of all uploads, with what the list says of them."""
        for listed in self._store.list(_FOLDER):
            yield listed.name.removeprefix(_FOLDER), listed
