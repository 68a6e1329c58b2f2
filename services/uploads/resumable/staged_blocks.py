"""What storage holds of an upload: how far it reaches, how it becomes a video, and how it is cleared away."""

import logging
from dataclasses import replace

from services.actors.actor import Actor
from services.errors import ReelgateError
from services.storage.blobs import BlobStorage
from services.storage.errors import BlobChangedError
from services.uploads.errors import UploadGoneError
from services.uploads.resumable.block_chain import Chain, follow
from services.uploads.resumable.record import UploadRecord
from services.uploads.resumable.records import RecordVersion, UploadRecords
from services.uploads.uploads import Staged, Uploads, type_of

log = logging.getLogger(__name__)

_CLEARING_SECONDS = 5.0


class StagedBlocks:
    """The blocks behind the records."""

    def __init__(self, uploads: Uploads, records: UploadRecords, *, videos: BlobStorage, pieces: BlobStorage) -> None:
        """`pieces` is where partial uploads become blobs."""
        self._uploads = uploads
        self._records = records
        self._videos = videos
        self._pieces = pieces

    def recovered(self, record: UploadRecord) -> UploadRecord:
        """What is left of an upload whose holder did not let go itself."""
        released = replace(record, holder=None, provisional=False)
        if record.provisional:
            return released
        chain = self._chain(record)
        if chain.end < record.tail_start:
            raise UploadGoneError("Storage has dropped bytes of this upload. Start it again.")
        if chain.end == record.tail_start:
            return released
        return replace(released, offset=chain.end, tail=b"", blocks=len(chain.block_ids))

    def _chain(self, record: UploadRecord) -> Chain:
        return follow(self.storage_of(record).staged(record.draft.name), record.segments)

    def finished(self, version: RecordVersion, *, by: Actor) -> RecordVersion:
        """Commit an upload of which every byte is staged. Done twice, or by two at once, it does no harm."""
        record = version.record
        if record.finished:
            return version
        chain = self._chain(record)
        if chain.end == record.length:
            self._commit(record, chain, by=by)
        elif self.storage_of(record).upload_of(record.draft.name) != record.draft.metadata.upload_id:
            raise UploadGoneError("Storage has dropped bytes of this upload. Start it again.")
        done = replace(record, finished=True)
        try:
            return self._records.replace(version, done)
        except BlobChangedError:
            log.info("upload %s was finished by two at once, or ended meanwhile", record.id)
            return replace(version, record=done)

    def _commit(self, record: UploadRecord, chain: Chain, *, by: Actor) -> None:
        if record.kind == "partial":
            self._commit_piece(record, chain)
            return
        draft = replace(record.draft, metadata=replace(record.draft.metadata, sha256=record.sha256))
        staged = Staged(
            draft=draft,
            content_type=type_of(draft.metadata.original_name, record.head, rules=self._uploads.rules),
            size=chain.end,
            block_ids=chain.block_ids,
        )
        self._uploads.announce(self._uploads.commit(staged), by=by)

    def _commit_piece(self, record: UploadRecord, chain: Chain) -> None:
        token = record.draft.metadata.upload_id or ""
        self._pieces.commit(
            record.draft.name,
            chain.block_ids,
            content_type="application/octet-stream",
            metadata={"upload_id": token},
            upload_id=token,
        )

    def clear(self, record: UploadRecord) -> None:
        """Free what an upload without a record has left; never raises."""
        try:
            if record.finished and record.kind == "partial":
                self._pieces.delete(record.draft.name)
            elif not record.finished:
                self.storage_of(record).clear_blocks(record.draft.name, seconds=_CLEARING_SECONDS)
        except ReelgateError as error:
            # Azure drops uncommitted blocks by itself after seven days.
            log.info("blocks of upload %s could not be cleared: %s", record.id, error)

    def storage_of(self, record: UploadRecord) -> BlobStorage:
        """Where the upload's blocks are staged."""
        return self._pieces if record.kind == "partial" else self._videos
