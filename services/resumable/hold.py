"""The lock of an upload, and the only way to its record.

The record is the lock: whoever writes its own token into it, over the version that was read, holds the upload. The
holder writes it again every two seconds. One that has not been written for six, by storage's own clock, belongs to
nobody: its holder was killed. Neither clocks nor luck are needed to keep the bytes in order: a holder that was taken
for dead fails at its next write, and blocks that it stages meanwhile are of a generation that does not count. Only what
is said without a write, by a hold that rests, leans on the six seconds.
"""

import contextlib
import logging
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from services.azure_records import ListedRecord, RecordStore
from services.errors import BlobChangedError, NotFoundError, ReelgateError, UploadLockedError
from services.resumable.alarms import Alarm, Alarms
from services.resumable.record import Holder, UploadRecord

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
DEAD_SECONDS = 6.0
# After a write nobody else takes over for so long. The second between them is for clocks that run unevenly.
_SURE_SECONDS = 5.0

_FOLDER = "tus/"
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Version:
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
        return max(0.0, _SURE_SECONDS - self.age) if self.held else 0.0


class Records:
    """The records of all resumable uploads, and the alarms of those who hold them."""

    def __init__(self, store: RecordStore) -> None:
        self.alarms = Alarms()
        self._store = store

    def create(self, record: UploadRecord) -> Version:
        """Write a new upload's record."""
        etag = self._store.create(_FOLDER + record.id, record.to_bytes(), tags=record.tags())
        return Version(record, etag)

    def read(self, upload_id: str) -> Version:
        """The newest version; raises `NotFoundError`."""
        # Anything may stand in a URL, and not all of it can name a blob.
        stored = self._store.read(_FOLDER + upload_id) if _ID.fullmatch(upload_id) else None
        if stored is None:
            raise NotFoundError("There is no such upload. It may have been ended, or have expired.")
        return Version(UploadRecord.from_bytes(stored.content), stored.etag, stored.age)

    def replace(self, version: Version, record: UploadRecord) -> Version:
        """Write the next version; raises `BlobChangedError` when somebody else has done so."""
        etag = self._store.replace(_FOLDER + record.id, record.to_bytes(), etag=version.etag, tags=record.tags())
        return Version(record, etag)

    def delete(self, version: Version) -> None:
        """Forget the upload, unless somebody has changed it (`BlobChangedError`)."""
        self._store.delete(_FOLDER + version.record.id, etag=version.etag)

    def list(self) -> Iterator[tuple[str, ListedRecord]]:
        """The ids of all uploads, with what the list says of them."""
        for listed in self._store.list(_FOLDER):
            yield listed.name.removeprefix(_FOLDER), listed


class Hold:
    """One request's grip on an upload, kept alive until it is let go."""

    def __init__(self, records: Records, version: Version, record: UploadRecord, *, rested: bool = False) -> None:
        """Take hold by writing `record` over the version; raises `UploadLockedError` when somebody was faster.

        A `rested` version is held already: it is written when its next beat is due.
        """
        self._records = records
        self._alarm: Alarm | None = None
        self._holder = Holder(token=uuid.uuid4().hex)
        self._saving = threading.Lock()
        self._over = threading.Event()
        self._lost = False
        self._sure_until = version.sure_until
        self._in_doubt: float | None = None
        """When a write began whose answer was lost: a later one may find it done, and write nothing itself."""
        self._version = version
        held = replace(record, holder=self._holder)
        if rested:
            self._version = replace(version, record=held)
        else:
            self._write(held)

    @property
    def record(self) -> UploadRecord:
        """The record as this holder last wrote it."""
        return self._version.record

    def check(self) -> None:
        """Raise `UploadLockedError` when the hold is known to be lost."""
        if self._lost:
            raise _locked()

    def keep(self, beat: Callable[[], None]) -> None:
        """Call `beat` every two seconds, from another thread, until the hold is over."""
        due = self._sure_until - _SURE_SECONDS + BEAT_SECONDS
        self._alarm = self._records.alarms.after(max(0.0, due - time.monotonic()), partial(self._keep, beat))

    def save(self, record: UploadRecord, *, silent: bool = False) -> None:
        """Write the next version and go on holding; raises `UploadLockedError` when the hold is lost."""
        self._save(replace(record, holder=replace(self._holder, silent=silent)))

    def release(self, record: UploadRecord) -> Version:
        """Write the last version and let go; raises `UploadLockedError` when the hold is lost."""
        self.stop()
        self._save(replace(record, holder=None), last=True)
        return self._version

    def rest(self, record: UploadRecord) -> Version | None:
        """Stop without letting go, for the upload's next request to take over; the result is held.

        What is staged has to say how far the upload has got, because `record` is not written. None when the last write
        is so old that the upload may be in other hands: then it has to be released.
        """
        self.stop()
        with self._saving:
            self.check()
            if time.monotonic() >= self._sure_until:
                return None
            return Version(replace(record, holder=self._holder), self._version.etag, sure_until=self._sure_until)

    def stop(self) -> None:
        """End the beats without another word: for a hold that is lost, or whose upload is to go."""
        self._over.set()
        if self._alarm is not None:
            self._alarm.cancel()

    def _save(self, record: UploadRecord, *, last: bool = False) -> None:
        with self._saving:
            if self._over.is_set() and not last:
                return
            self.check()
            self._write(record)

    def _write(self, record: UploadRecord) -> None:
        started = time.monotonic() if self._in_doubt is None else self._in_doubt
        # Who says that nothing comes may be relieved at any time.
        silent = record.holder is None or record.holder.silent
        if silent:
            self._sure_until = 0.0
        try:
            self._version = self._records.replace(self._version, record)
        except BlobChangedError as error:
            self._lost = True
            raise _locked() from error
        except ReelgateError:
            self._in_doubt = started
            raise
        self._in_doubt = None
        if not silent:
            self._sure_until = started + _SURE_SECONDS

    def discard(self) -> bool:
        """Delete the record; returns False, and does nothing, when the hold is lost."""
        self.stop()
        with self._saving, contextlib.suppress(BlobChangedError):
            if not self._lost:
                self._records.delete(self._version)
                return True
        return False

    def _keep(self, beat: Callable[[], None]) -> None:
        while not self._over.is_set():
            try:
                beat()
            except UploadLockedError:
                return
            except ReelgateError as error:
                log.warning("an upload's hold could not be renewed: %s", error)
            self._over.wait(BEAT_SECONDS)


def _locked() -> UploadLockedError:
    return UploadLockedError("Another request is sending bytes of this upload. Try again in a moment.")
