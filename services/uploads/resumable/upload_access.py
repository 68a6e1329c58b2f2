"""Getting at an upload: whether it lives, whether somebody holds it, and what is left when its holder died."""

import time
from dataclasses import replace

from services.storage.clock import Deadlines
from services.storage.errors import BlobChangedError
from services.uploads.errors import UploadGoneError, UploadLockedError
from services.uploads.resumable.block_chain import begin_generation
from services.uploads.resumable.records import RecordVersion, UploadRecords
from services.uploads.resumable.staged_blocks import StagedBlocks

_PATIENCE_SECONDS = 5.0
_POLL_SECONDS = 0.25


class UploadAccess:
    """Reads uploads for those who ask about them, and gets them out of other hands for those who change them."""

    def __init__(self, records: UploadRecords, staged_blocks: StagedBlocks, *, deadlines: Deadlines) -> None:
        self._records = records
        self._staged = staged_blocks
        self._deadlines = deadlines

    def read(self, upload_id: str) -> RecordVersion:
        """The newest version, in whatever hands; raises `NotFoundError`, or `UploadGoneError` once it has expired."""
        return self._living(self._records.read(upload_id))

    def wait_until_free(self, upload_id: str) -> RecordVersion:
        """The upload once nobody holds it any more; raises `UploadLockedError` when that takes too long."""
        version = self._living(self.at_rest(upload_id, seconds=_PATIENCE_SECONDS))
        if version.held:
            raise UploadLockedError("Another request is sending bytes of this upload. Try again in a moment.")
        return version if version.record.holder is None else self.take_over(version)

    def at_rest(self, upload_id: str, *, seconds: float) -> RecordVersion:
        """The upload once nobody holds it any more, or after so many seconds."""
        deadline = time.monotonic() + seconds
        while (version := self._records.read(upload_id)).held and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        return version

    def take_over(self, version: RecordVersion) -> RecordVersion:
        """Let go of an upload for a holder that does not do so itself, with what its blocks say has come."""
        recovered = self._staged.recovered(version.record)
        segments = begin_generation(recovered.segments, at=recovered.tail_start)
        try:
            return self._records.replace(version, replace(recovered, segments=segments))
        except BlobChangedError as error:
            raise UploadLockedError("Another request has just taken this upload over.") from error

    def _living(self, version: RecordVersion) -> RecordVersion:
        if self._deadlines.passed(version.record.expires_at):
            raise UploadGoneError("The upload has expired. Start it again.")
        return version
