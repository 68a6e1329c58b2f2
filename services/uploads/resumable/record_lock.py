"""The lock of an upload.

The record is the lock: whoever writes its own token into it, over the version that was read, holds the upload. The
holder writes it again every two seconds. One that has not been written for six, by storage's own clock, belongs to
nobody: its holder was killed. Neither clocks nor luck are needed to keep the bytes in order: a holder that was taken
for dead fails at its next write, and blocks that it stages meanwhile are of a generation that does not count. Only what
is said without a write, by a lock that rests, leans on the six seconds.
"""

import contextlib
import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from services.errors import ReelgateError
from services.storage.errors import BlobChangedError
from services.uploads.errors import UploadLockedError
from services.uploads.resumable.record import Holder, UploadRecord
from services.uploads.resumable.records import SURE_SECONDS, RecordVersion, UploadRecords

if TYPE_CHECKING:
    from services.uploads.resumable.timers import Timer

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0


class RecordLock:
    """One request's lock on an upload, kept alive until it is let go."""

    def __init__(
        self, records: UploadRecords, version: RecordVersion, record: UploadRecord, *, rested: bool = False
    ) -> None:
        """Take the lock by writing `record` over the version; raises `UploadLockedError` when somebody was faster.

        A `rested` version is held already: it is written when its next beat is due.
        """
        self._records = records
        self._timer: Timer | None = None
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
        """Raise `UploadLockedError` when the lock is known to be lost."""
        if self._lost:
            raise _locked()

    def keep_alive(self, beat: Callable[[], None]) -> None:
        """Call `beat` every two seconds, from another thread, until the lock is over."""
        due = self._sure_until - SURE_SECONDS + BEAT_SECONDS
        self._timer = self._records.timers.after(max(0.0, due - time.monotonic()), partial(self._beat_on, beat))

    def save(self, record: UploadRecord, *, silent: bool = False) -> None:
        """Write the next version and go on holding; raises `UploadLockedError` when the lock is lost."""
        self._save(replace(record, holder=replace(self._holder, silent=silent)))

    def release(self, record: UploadRecord) -> RecordVersion:
        """Write the last version and let go; raises `UploadLockedError` when the lock is lost."""
        self.stop()
        self._save(replace(record, holder=None), last=True)
        return self._version

    def rest(self, record: UploadRecord) -> RecordVersion | None:
        """Stop without letting go, for the upload's next request to take over; the result is held.

        What is staged has to say how far the upload has got, because `record` is not written. None when the last write
        is so old that the upload may be in other hands: then it has to be released.
        """
        self.stop()
        with self._saving:
            self.check()
            if time.monotonic() >= self._sure_until:
                return None
            return RecordVersion(replace(record, holder=self._holder), self._version.etag, sure_until=self._sure_until)

    def stop(self) -> None:
        """End the beats without another word: for a lock that is lost, or whose upload is to go."""
        self._over.set()
        if self._timer is not None:
            self._timer.cancel()

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
            self._sure_until = started + SURE_SECONDS

    def discard(self) -> bool:
        """Delete the record; returns False, and does nothing, when the lock is lost."""
        self.stop()
        with self._saving, contextlib.suppress(BlobChangedError):
            if not self._lost:
                self._records.delete(self._version)
                return True
        return False

    def _beat_on(self, beat: Callable[[], None]) -> None:
        while not self._over.is_set():
            try:
                beat()
            except UploadLockedError:
                return
            except ReelgateError as error:
                log.warning("an upload's lock could not be renewed: %s", error)
            self._over.wait(BEAT_SECONDS)


def _locked() -> UploadLockedError:
    return UploadLockedError("Another request is sending bytes of this upload. Try again in a moment.")
