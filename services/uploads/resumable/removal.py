"""Uploads end: because their client says so, or because they have expired."""

import contextlib
import logging
import time
from collections.abc import Callable

from services.actors.actor import Actor
from services.errors import NotFoundError, ReelgateError
from services.storage.clock import Deadlines
from services.storage.errors import BlobChangedError
from services.uploads.errors import InvalidUploadError, UploadGoneError
from services.uploads.resumable.records import RecordVersion, UploadRecords
from services.uploads.resumable.staged_blocks import StagedBlocks
from services.uploads.resumable.upload_access import UploadAccess
from services.uploads.resumable.upload_cache import REST_SECONDS, UploadCache
from utils.timestamps import parse_timestamp

log = logging.getLogger(__name__)


class Removal:
    """Forgets uploads, and clears away what they have staged."""

    def __init__(
        self,
        records: UploadRecords,
        access: UploadAccess,
        cache: UploadCache,
        *,
        staged_blocks: StagedBlocks,
        deadlines: Deadlines,
    ) -> None:
        self._records = records
        self._access = access
        self._cache = cache
        self._staged = staged_blocks
        self._deadlines = deadlines

    def terminate(self, upload_id: str, *, by: Actor) -> None:
        """Forget an upload, and all that it has staged. A video that it has become stays."""
        if cached := self._cache.take(upload_id):
            self._cache.let_go(cached)
        while True:
            # Where its lock rests elsewhere, more bytes would still be taken for a moment.
            version = self._access.at_rest(upload_id, seconds=2 * REST_SECONDS)
            record = version.record
            if record.full and not record.finished:
                # What cannot become a video can be forgotten all the same.
                with contextlib.suppress(UploadGoneError, InvalidUploadError):
                    version = self._staged.finished(version, by=by)
            if version.record.finished:
                self._staged.clear(version.record)  # Before its record goes, or nobody would find the piece again.
            try:
                self._records.delete(version)
            except BlobChangedError:
                continue
            if not version.record.finished:
                time.sleep(version.binding)
                self._staged.clear(version.record)
            return

    def sweep(self, *, by: Actor, progress: Callable[[object], None] = lambda _: None) -> int:
        """Forget all uploads that have expired; returns how many. One that is whole becomes a video first.

        `progress` is called for each upload, and may raise to end the sweep.
        """
        due = self._deadlines.clock.judge()
        swept = 0
        for upload_id, listed in self._records.list():
            progress(upload_id)
            if parse_timestamp(listed.tags["expires_at"]) > due:
                continue
            try:
                self._rescue(self._records.read(upload_id))
                self.terminate(upload_id, by=by)
            except NotFoundError:
                continue  # Somebody else has ended it meanwhile.
            except ReelgateError as error:
                log.warning("upload %s could not be swept: %s", upload_id, error)
            else:
                swept += 1
        return swept

    def _rescue(self, version: RecordVersion) -> None:
        """Let go of an upload for a holder that died, so that it is finished if all of it has come."""
        if version.record.holder is not None and not version.held:
            with contextlib.suppress(UploadGoneError):
                self._access.take_over(version)
