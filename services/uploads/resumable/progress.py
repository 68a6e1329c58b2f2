"""How far an upload has got, and its last step: once every byte is staged, it becomes a video."""

from services.actors.actor import Actor
from services.uploads.errors import UploadLockedError
from services.uploads.resumable.messages import UploadStatus, status_of
from services.uploads.resumable.records import RecordVersion
from services.uploads.resumable.staged_blocks import StagedBlocks
from services.uploads.resumable.upload_access import UploadAccess


class Progress:
    """Answers those who ask, and finishes what has nothing left to come."""

    def __init__(self, access: UploadAccess, staged_blocks: StagedBlocks) -> None:
        self._access = access
        self._staged = staged_blocks

    def status(self, upload_id: str, *, by: Actor) -> UploadStatus:
        """How far the upload has got; takes no lock."""
        version = self._access.read(upload_id)
        if version.record.holder is not None:
            recovered = self._staged.recovered(version.record)
            if recovered.offset != recovered.length:
                return status_of(recovered)
            # All bytes are here: whoever asks now may never come again, so it has to become a video.
            try:
                version = self._access.wait_until_free(upload_id)
            except UploadLockedError:
                return status_of(recovered)
        return self.finish(version, by=by) if version.record.full else status_of(version.record)

    def finish(self, version: RecordVersion, *, by: Actor) -> UploadStatus:
        """Make an upload whose bytes are all staged what it is to become."""
        return status_of(self._staged.finished(version, by=by).record)
