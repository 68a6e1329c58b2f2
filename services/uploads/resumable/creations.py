"""Uploads begin: whole ones, pieces of later ones, and those that are put together of finished pieces."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from services.actors.actor import Actor
from services.actors.policy import Act, owner_of_new, require
from services.storage.clock import Deadlines
from services.uploads.resumable.appends import Appends
from services.uploads.resumable.concatenation import Concatenation, check_named, gather
from services.uploads.resumable.messages import Creation, Patch, UploadStatus, status_of
from services.uploads.resumable.progress import Progress
from services.uploads.resumable.record import UploadRecord
from services.uploads.resumable.records import UploadRecords
from services.uploads.resumable.upload_access import UploadAccess
from services.uploads.resumable.upload_cache import UploadCache
from services.uploads.uploads import Draft, Uploads, check_size, refusal, type_of
from services.videos.metadata import VideoMetadata


class Creations:
    """Begins uploads, and hands on the bytes that came along."""

    def __init__(
        self,
        uploads: Uploads,
        records: UploadRecords,
        access: UploadAccess,
        cache: UploadCache,
        *,
        appends: Appends,
        progress: Progress,
        concatenation: Concatenation,
        deadlines: Deadlines,
    ) -> None:
        self._uploads = uploads
        self._records = records
        self._access = access
        self._cache = cache
        self._appends = appends
        self._progress = progress
        self._concatenation = concatenation
        self._deadlines = deadlines

    def whole(self, creation: Creation, patch: Patch | None = None, *, by: Actor) -> UploadStatus:
        """Begin an upload, and take its first bytes when they came along."""
        if creation.candidate.length == 0:
            raise refusal(creation.candidate.filename, "The file is empty.")
        draft = self._uploads.draft(creation.candidate, door="tus", by=by)
        return self._begin(self._new(draft, creation), patch, by=by)

    def partial(self, creation: Creation, patch: Patch | None = None, *, by: Actor) -> UploadStatus:
        """Begin a piece of a later upload; its name, type and content are checked when it is put together."""
        require(by, Act.UPLOAD)
        check_size(creation.candidate.length or 0, largest=self._uploads.rules.largest)
        token = secrets.token_hex(16)
        metadata = VideoMetadata(
            original_name="piece",
            title="piece",
            upload_id=token,
            uploaded_at=self._deadlines.clock.now(),
            owner=owner_of_new(by),
        )
        record = self._new(Draft(name=f"pieces/{token}", metadata=metadata), creation)
        return self._begin(replace(record, kind="partial"), patch, by=by)

    def final(self, creation: Creation, ids: Sequence[str], *, by: Actor) -> UploadStatus:
        """Put finished partial uploads together, in this order; asked again, it is the same upload."""
        check_named(ids)
        pieces = gather(self._access.read(each).record for each in ids)
        if earlier := self._concatenation.earlier(pieces, metadata_header=creation.metadata_header):
            return self._progress.status(earlier, by=by)
        if pieces.size == 0:
            raise refusal(creation.candidate.filename, "The file is empty.")
        whole = replace(creation, candidate=replace(creation.candidate, length=pieces.size))
        draft = self._uploads.draft(whole.candidate, door="tus", by=by)
        type_of(draft.metadata.original_name, pieces.head, rules=self._uploads.rules)
        version = self._records.create(replace(self._new(draft, whole), kind="final", pieces=tuple(ids)))
        joined = self._concatenation.join(version, pieces, plan=self._uploads.plan(pieces.size))
        if joined.record.full:
            return self._progress.finish(joined, by=by)
        return self._appends.append_to(
            joined, Patch(offset=0, body=self._concatenation.read(pieces), size=pieces.size), by=by
        )

    def _new(self, draft: Draft, creation: Creation) -> UploadRecord:
        return UploadRecord(
            id=secrets.token_hex(16),
            draft=draft,
            length=creation.candidate.length,
            metadata_header=creation.metadata_header,
            expires_at=self._deadlines.from_now(),
        )

    def _begin(self, record: UploadRecord, patch: Patch | None, *, by: Actor) -> UploadStatus:
        version = self._records.create(record)
        if patch is not None:
            return self._appends.append_to(version, patch, by=by)
        if record.full:
            return self._progress.finish(version, by=by)
        self._cache.keep(version)
        return status_of(record)
