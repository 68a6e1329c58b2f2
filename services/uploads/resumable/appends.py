"""Requests that bring bytes: which of them gets the lock of an upload, and what is answered in the end."""

import contextlib
from dataclasses import replace

from services.actors.actor import Actor
from services.storage.clock import Deadlines
from services.storage.errors import BlobChangedError
from services.uploads.errors import FinalUploadError, UploadLockedError
from services.uploads.resumable.messages import Patch, UploadStatus, status_of
from services.uploads.resumable.patch_receiver import PatchReceiver
from services.uploads.resumable.patch_rules import PatchRules
from services.uploads.resumable.progress import Progress
from services.uploads.resumable.record import UploadRecord
from services.uploads.resumable.record_lock import RecordLock
from services.uploads.resumable.records import RecordVersion, UploadRecords
from services.uploads.resumable.upload_access import UploadAccess
from services.uploads.resumable.upload_cache import UploadCache


class Appends:
    """Appends to uploads, by what is remembered of them here or else by what storage says."""

    def __init__(
        self,
        records: UploadRecords,
        access: UploadAccess,
        cache: UploadCache,
        *,
        rules: PatchRules,
        receiver: PatchReceiver,
        progress: Progress,
        deadlines: Deadlines,
    ) -> None:
        self._records = records
        self._access = access
        self._cache = cache
        self._rules = rules
        self._receiver = receiver
        self._progress = progress
        self._deadlines = deadlines

    def append(self, upload_id: str, patch: Patch, *, by: Actor) -> UploadStatus:
        """Take the body's bytes; all that storage has acknowledged stays, whatever happens to the request."""
        lock = self._lock_of_cached(upload_id, patch)
        if lock is not None:
            return self._fill(lock, patch, by=by, may_rest=True)
        version = self._access.wait_until_free(upload_id)
        if version.record.kind == "final":
            raise FinalUploadError("This upload is made of others; it takes no bytes of its own.")
        return self.append_to(version, patch, by=by)

    def append_to(self, version: RecordVersion, patch: Patch, *, by: Actor) -> UploadStatus:
        """Take the body's bytes into an upload that nobody holds."""
        record = self._rules.accept(version.record, patch)
        if record.full:
            # Nothing is left to send, but the length may have been declared only now.
            is_noted = record.length == version.record.length
            return self._progress.finish(version if is_noted else self._note_length(version, record), by=by)
        return self._fill(RecordLock(self._records, version, record), patch, by=by)

    def _fill(self, lock: RecordLock, patch: Patch, *, by: Actor, may_rest: bool = False) -> UploadStatus:
        version = self._receiver.receive(lock, patch, may_rest=may_rest)
        if version.record.full:
            return self._progress.finish(version, by=by)
        self._cache.keep(version)
        return status_of(version.record)

    def _note_length(self, version: RecordVersion, record: UploadRecord) -> RecordVersion:
        try:
            return self._records.replace(version, replace(record, provisional=False))
        except BlobChangedError as error:
            raise UploadLockedError("Another request has just changed this upload. Try again.") from error

    def _lock_of_cached(self, upload_id: str, patch: Patch) -> RecordLock | None:
        """A lock without asking storage first: it refuses the write when what is known here is not the newest."""
        version = self._cache.take(upload_id)
        if version is None:
            return None
        try:
            if lock := self._lock_again(version, patch):
                return lock
        except BaseException:
            self._cache.let_go(version)
            raise
        self._cache.let_go(version)
        return None

    def _lock_again(self, version: RecordVersion, patch: Patch) -> RecordLock | None:
        if version.record.offset != patch.offset or self._deadlines.passed(version.record.expires_at):
            return None
        record = self._rules.accept(version.record, patch)
        if record.full:
            return None
        # What counts only once its checksum is right must be known to do so before any of it is staged, and what is
        # staged says nothing of a length that is declared only now.
        written = patch.checksum is not None or record.length != version.record.length
        rested = version.record.holder is not None and not written
        with contextlib.suppress(UploadLockedError):
            return RecordLock(self._records, version, record, rested=rested)
        return None
