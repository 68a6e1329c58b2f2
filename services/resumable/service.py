"""Resumable uploads: create, append, ask, end. Everything that one request leaves for the next is in storage."""

import contextlib
import logging
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from services.azure_storage import BlobStorage
from services.block_writer import BlockWriter
from services.errors import (
    BlobChangedError,
    FinalUploadError,
    InvalidUploadError,
    NotFoundError,
    OffsetMismatchError,
    ReelgateError,
    TruncatedBodyError,
    UploadGoneError,
    UploadLockedError,
)
from services.intake import Body, Intake
from services.memory_budget import MemoryBudget
from services.resumable.appending import Appending, smallest_block, tail_fits
from services.resumable.hold import Hold, Records, Version
from services.resumable.joining import JoinedPieces
from services.resumable.record import Kind, UploadRecord
from services.resumable.running_digests import RunningDigests
from services.uploads import Candidate, Draft, Staged, Uploads, check_size, refusal, type_of
from utils.block_chain import Chain, begin_generation, block_id, follow
from utils.metadata import VideoMetadata
from utils.timestamps import parse_timestamp, utc_milliseconds
from utils.tus import Checksum

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 5.0
_POLL_SECONDS = 0.25
_CLEARING_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Creation:
    """What a client says of a new upload."""

    candidate: Candidate
    metadata_header: str = ""


@dataclass(frozen=True, kw_only=True)
class Patch:
    """Bytes for an upload that exists."""

    offset: int
    body: Body
    size: int | None
    """How many bytes the body says it has."""
    length: int | None = None
    """The length of the whole upload, when this request is the one that declares it."""
    checksum: Checksum | None = None


@dataclass(frozen=True, kw_only=True)
class UploadStatus:
    """How far an upload has got."""

    id: str
    kind: Kind
    offset: int
    length: int | None
    metadata_header: str
    pieces: tuple[str, ...]
    expires_at: datetime
    video_id: str | None
    """The video that it has become."""


class Resumable:
    """The resumable door. Any instance can serve any request of any upload."""

    def __init__(
        self,
        uploads: Uploads,
        records: Records,
        *,
        videos: BlobStorage,
        pieces: BlobStorage,
        intake: Intake,
        budget: MemoryBudget,
        pool: Executor,
        lifetime: timedelta,
    ) -> None:
        """`pieces` is where partial uploads become blobs; `lifetime` counts from an upload's last byte."""
        self._uploads = uploads
        self.records = records
        self._videos = videos
        self._pieces = pieces
        self._intake = intake
        self._budget = budget
        self._pool = pool
        self._lifetime = lifetime
        self._digests = RunningDigests(wanted=uploads.rules.checksum)

    @property
    def largest(self) -> int:
        """The most bytes that an upload can have."""
        return self._uploads.rules.largest

    def create(self, creation: Creation, patch: Patch | None = None) -> UploadStatus:
        """Begin an upload, and take its first bytes when they came along."""
        if creation.candidate.length == 0:
            raise refusal(creation.candidate.filename, "The file is empty.")
        draft = self._uploads.draft(creation.candidate, door="tus")
        return self._begin(self._new(draft, creation), patch)

    def create_partial(self, creation: Creation, patch: Patch | None = None) -> UploadStatus:
        """Begin a piece of a later upload; its name, type and content are checked when it is put together."""
        check_size(creation.candidate.length or 0, largest=self.largest)
        token = secrets.token_hex(16)
        metadata = VideoMetadata(
            original_name="piece", title="piece", upload_id=token, uploaded_at=utc_milliseconds(datetime.now(UTC))
        )
        record = self._new(Draft(name=f"pieces/{token}", metadata=metadata), creation)
        return self._begin(replace(record, kind="partial"), patch)

    def create_final(self, creation: Creation, pieces: Sequence[str]) -> UploadStatus:
        """Put finished partial uploads together, in this order."""
        records = [self._alive(piece).record for piece in pieces]
        body = JoinedPieces(self._pieces, records)
        whole = replace(creation, candidate=replace(creation.candidate, length=body.size))
        if body.size == 0:
            raise refusal(creation.candidate.filename, "The file is empty.")
        draft = self._uploads.draft(whole.candidate, door="tus")
        record = replace(self._new(draft, whole), kind="final", pieces=tuple(pieces))
        return self._begin(record, Patch(offset=0, body=body, size=body.size))

    def _new(self, draft: Draft, creation: Creation) -> UploadRecord:
        return UploadRecord(
            id=secrets.token_hex(16),
            draft=draft,
            length=creation.candidate.length,
            metadata_header=creation.metadata_header,
            expires_at=self._expiry(),
        )

    def _begin(self, record: UploadRecord, patch: Patch | None) -> UploadStatus:
        version = self.records.create(record)
        if patch is not None:
            return self._append(version, patch)
        return self._finish(version) if record.full else _status(record)

    def status(self, upload_id: str) -> UploadStatus:
        """How far the upload has got; takes no lock."""
        version = self._alive(upload_id)
        if version.record.holder is not None:
            recovered = self._recovered(version.record)
            if recovered.offset != recovered.length:
                return _status(recovered)
            # All bytes are here: whoever asks now may never come again, so it has to become a video.
            try:
                version = self._free(upload_id)
            except UploadLockedError:
                return _status(recovered)
        return self._finish(version) if version.record.full else _status(version.record)

    def append(self, upload_id: str, patch: Patch) -> UploadStatus:
        """Take the body's bytes; all that storage has acknowledged stays, whatever happens to the request."""
        version = self._free(upload_id)
        if version.record.kind == "final":
            raise FinalUploadError("This upload is made of others; it takes no bytes of its own.")
        return self._append(version, patch)

    def terminate(self, upload_id: str) -> None:
        """Forget an upload, and all that it has staged. A video that it has become stays."""
        while True:
            version = self.records.read(upload_id)
            record = version.record
            if record.full and not record.finished:
                version = self._finished(version)
            try:
                self.records.delete(version)
            except BlobChangedError:
                continue
            self._clear(version.record)
            return

    def sweep(self) -> int:
        """Forget all uploads that have expired; returns how many. One that is whole becomes a video first."""
        swept = 0
        for upload_id, listed in self.records.list():
            if parse_timestamp(listed.tags["expires_at"]) > datetime.now(UTC):
                continue
            try:
                self._rescue(self.records.read(upload_id))
                self.terminate(upload_id)
            except NotFoundError:
                continue  # Somebody else has ended it meanwhile.
            except ReelgateError as error:
                log.warning("upload %s could not be swept: %s", upload_id, error)
            else:
                swept += 1
        return swept

    def _rescue(self, version: Version) -> None:
        """Let go of an upload for a holder that died, so that it is finished if all of it has come."""
        if version.record.holder is not None and not version.held:
            with contextlib.suppress(UploadGoneError):
                self._take_over(version)

    # Appending.

    def _append(self, version: Version, patch: Patch) -> UploadStatus:
        record = self._accepting(version.record, patch)
        if record.finished:
            return _status(record)
        if record.full:
            return self._finish(version)
        hold = Hold(self.records, version, replace(record, provisional=patch.checksum is not None))
        appending = self._appending(hold, patch)
        try:
            version = self._receive(appending, patch)
        except InvalidUploadError as error:
            if _refuses(error):
                appending.drop()
                hold.discard()
                self._clear(record)
            raise
        finally:
            hold.stop()
            appending.drop()
        if version.record.full:
            return self._finish(version, sha256=appending.sha256())
        return _status(version.record)

    def _receive(self, appending: Appending, patch: Patch) -> Version:
        try:
            for chunk in self._intake.chunks(patch.body):
                appending.write(chunk)
        except Exception as error:
            if not _refuses(error) and not isinstance(error, UploadLockedError):
                appending.interrupted()
            raise
        return appending.settle()

    def _accepting(self, record: UploadRecord, patch: Patch) -> UploadRecord:
        """The record that the request's bytes go on from; raises when they do not fit it."""
        if patch.offset != record.offset:
            raise OffsetMismatchError(
                f"The upload has got to byte {record.offset}, not {patch.offset}. Go on from there.",
                upload_offset=record.offset,
            )
        if patch.length is not None:
            record = self._with_length(record, patch.length)
        if patch.size is not None and record.length is not None and record.offset + patch.size > record.length:
            raise _misfit(f"The upload has {record.length} bytes; these would be {record.offset + patch.size}.")
        check_size(record.offset + (patch.size or 0), largest=self.largest)
        self._check_chunk(record, patch.size)
        return replace(record, expires_at=self._expiry())

    def _with_length(self, record: UploadRecord, length: int) -> UploadRecord:
        if record.length not in {None, length}:
            raise _misfit(f"The length is known already: {record.length} bytes. It cannot change.")
        if length < record.offset or not length:
            raise _misfit(f"The upload cannot have {length} bytes: {record.offset} have come already.")
        check_size(length, largest=self.largest)
        return replace(record, length=length)

    def _check_chunk(self, record: UploadRecord, size: int | None) -> None:
        smallest = smallest_block(self._uploads.plan(record.length), record)
        last = size is not None and record.length is not None and record.offset + size == record.length
        if size is None or last or tail_fits(smallest) or size >= smallest:
            return
        raise _misfit(f"Chunks of {size} bytes are too small for an upload of this length; send at least {smallest}.")

    def _appending(self, hold: Hold, patch: Patch) -> Appending:
        record = hold.record
        plan = self._uploads.plan(record.length)
        generation = record.segments[-1].generation
        writer = BlockWriter(
            stage=self._storage_of(record).stager(record.draft.name),
            plan=plan,
            budget=self._budget,
            pool=self._pool,
            lanes=1,
            name_block=lambda _index, offset: block_id(generation, offset),
            first_block=record.blocks,
            offset=record.tail_start,
        )
        if record.tail:
            self._budget.acquire(len(record.tail))
            writer.write(record.tail)
        return Appending(
            hold,
            writer=writer,
            plan=plan,
            check_head=self._check_head,
            checksum=patch.checksum,
            digests=self._digests,
            release=self._intake.release,
        )

    def _check_head(self, record: UploadRecord, head: bytes) -> None:
        if record.kind != "partial":
            type_of(record.draft.metadata.original_name, head, rules=self._uploads.rules)

    # Locking and recovering.

    def _alive(self, upload_id: str) -> Version:
        version = self.records.read(upload_id)
        if version.record.expires_at <= datetime.now(UTC):
            raise UploadGoneError("The upload has expired. Begin it again.")
        return version

    def _free(self, upload_id: str) -> Version:
        """The upload once nobody holds it any more; raises `UploadLockedError` when that takes too long."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while (version := self._alive(upload_id)).held:
            if time.monotonic() >= deadline:
                raise UploadLockedError("Another request is sending bytes of this upload. Try again in a moment.")
            time.sleep(_POLL_SECONDS)
        return version if version.record.holder is None else self._take_over(version)

    def _take_over(self, version: Version) -> Version:
        recovered = self._recovered(version.record)
        segments = begin_generation(recovered.segments, at=recovered.tail_start)
        try:
            return self.records.replace(version, replace(recovered, segments=segments))
        except BlobChangedError as error:
            raise UploadLockedError("Another request has just taken this upload over.") from error

    def _recovered(self, record: UploadRecord) -> UploadRecord:
        """What is left of an upload whose holder did not let go itself."""
        released = replace(record, holder=None, provisional=False)
        if record.provisional:
            return released
        chain = self._chain(record)
        if chain.end < record.tail_start:
            raise UploadGoneError("Storage has dropped bytes of this upload. Begin it again.")
        if chain.end == record.tail_start:
            return released
        return replace(released, offset=chain.end, tail=b"", blocks=len(chain.block_ids))

    def _chain(self, record: UploadRecord) -> Chain:
        return follow(self._storage_of(record).staged(record.draft.name), record.segments)

    # Finishing.

    def _finish(self, version: Version, *, sha256: str | None = None) -> UploadStatus:
        return _status(self._finished(version, sha256=sha256).record)

    def _finished(self, version: Version, *, sha256: str | None = None) -> Version:
        """Commit an upload of which every byte is staged. Done twice, or by two at once, it does no harm."""
        record = version.record
        if record.finished:
            return version
        chain = self._chain(record)
        if chain.end == record.length:
            self._commit(record, chain, sha256=sha256)
        elif self._storage_of(record).upload_of(record.draft.name) != record.draft.metadata.upload_id:
            raise UploadGoneError("Storage has dropped bytes of this upload. Begin it again.")
        done = replace(record, finished=True, segments=record.segments[-1:])
        try:
            return self.records.replace(version, done)
        except BlobChangedError:
            log.info("upload %s was finished by two at once, or ended meanwhile", record.id)
            return replace(version, record=done)

    def _commit(self, record: UploadRecord, chain: Chain, *, sha256: str | None) -> None:
        if record.kind == "partial":
            self._commit_piece(record, chain)
            return
        draft = replace(record.draft, metadata=replace(record.draft.metadata, sha256=sha256))
        staged = Staged(
            draft=draft,
            content_type=type_of(draft.metadata.original_name, record.head, rules=self._uploads.rules),
            size=chain.end,
            block_ids=chain.block_ids,
        )
        self._uploads.announce(self._uploads.commit(staged))

    def _commit_piece(self, record: UploadRecord, chain: Chain) -> None:
        token = record.draft.metadata.upload_id or ""
        self._pieces.commit(
            record.draft.name,
            chain.block_ids,
            content_type="application/octet-stream",
            metadata={"upload_id": token},
            upload_id=token,
        )

    # Cleaning up.

    def _clear(self, record: UploadRecord) -> None:
        try:
            if record.finished and record.kind == "partial":
                self._pieces.delete(record.draft.name)
            elif not record.finished:
                self._storage_of(record).clear_blocks(record.draft.name, seconds=_CLEARING_SECONDS)
        except ReelgateError as error:
            # Azure drops uncommitted blocks by itself after seven days.
            log.info("blocks of upload %s could not be cleared: %s", record.id, error)

    def _storage_of(self, record: UploadRecord) -> BlobStorage:
        return self._pieces if record.kind == "partial" else self._videos

    def _expiry(self) -> datetime:
        return utc_milliseconds(datetime.now(UTC) + self._lifetime)


def _status(record: UploadRecord) -> UploadStatus:
    return UploadStatus(
        id=record.id,
        kind=record.kind,
        offset=record.offset,
        length=record.length,
        metadata_header=record.metadata_header,
        pieces=record.pieces,
        expires_at=record.expires_at,
        video_id=record.draft.name if record.finished and record.kind != "partial" else None,
    )


def _refuses(error: Exception) -> bool:
    """Whether the error is about what the bytes are, so that no more of them can mend it."""
    return isinstance(error, InvalidUploadError) and not isinstance(error, TruncatedBodyError)


def _misfit(detail: str) -> InvalidUploadError:
    return InvalidUploadError(detail)
