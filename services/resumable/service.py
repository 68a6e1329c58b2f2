"""Resumable uploads: create, append, ask, end. Everything that one request leaves for the next is in storage."""

import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.block_writer import BlockWriter, Start
from services.blocks import Streaming
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
from services.intake import Intake
from services.memory_budget import MemoryBudget
from services.resumable.appending import Appending, smallest_block, tail_fits
from services.resumable.hold import Hold, Records, Version
from services.resumable.joining import Joining, check_pieces, head_of
from services.resumable.keeping import Keeping
from services.resumable.known import REST_SECONDS, Known
from services.resumable.messages import Creation, Patch, UploadStatus, status_of
from services.resumable.record import UploadRecord
from services.resumable.running_digests import RunningDigests
from services.uploads import Draft, Uploads, check_size, refusal, type_of
from utils.block_chain import begin_generation, block_id
from utils.metadata import VideoMetadata
from utils.timestamps import parse_timestamp, utc_milliseconds

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 5.0
_POLL_SECONDS = 0.25
_STREAMS = 8
"""How many blocks may be sent while they still fill, or wait for storage to answer."""


class Resumable:
    """The resumable door. Any instance can serve any request of any upload."""

    def __init__(
        self,
        uploads: Uploads,
        records: Records,
        *,
        keeping: Keeping,
        joining: Joining,
        intake: Intake,
        budget: MemoryBudget,
        pool: Executor,
        lifetime: timedelta,
    ) -> None:
        """`lifetime` counts from the last request that brought bytes."""
        self.records = records
        self._uploads = uploads
        self._keeping = keeping
        self._joining = joining
        self._intake = intake
        self._budget = budget
        self._pool = pool
        self._lifetime = lifetime
        self._digests = RunningDigests(wanted=uploads.rules.checksum)
        self._streams = threading.BoundedSemaphore(_STREAMS)
        self._waiting = ThreadPoolExecutor(_STREAMS, thread_name_prefix="ahead")
        self._known = Known(records)

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

    def create_final(self, creation: Creation, ids: Sequence[str]) -> UploadStatus:
        """Put finished partial uploads together, in this order."""
        pieces = [self._alive(each).record for each in ids]
        check_pieces(pieces)
        length = sum(piece.offset for piece in pieces)
        if length == 0:
            raise refusal(creation.candidate.filename, "The file is empty.")
        whole = replace(creation, candidate=replace(creation.candidate, length=length))
        draft = self._uploads.draft(whole.candidate, door="tus")
        type_of(draft.metadata.original_name, head_of(pieces), rules=self._uploads.rules)
        version = self.records.create(replace(self._new(draft, whole), kind="final", pieces=tuple(ids)))
        joined = self._joining.join(version, pieces, plan=self._uploads.plan(length))
        if joined.record.full:
            return self._finish(joined)
        body = self._joining.read(pieces)
        return self._append(joined, Patch(offset=0, body=body, size=length))

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
        if record.full:
            return self._finish(version)
        self._known.keep(version)
        return status_of(record)

    def status(self, upload_id: str) -> UploadStatus:
        """How far the upload has got; takes no lock."""
        version = self._alive(upload_id)
        if version.record.holder is not None:
            recovered = self._keeping.recovered(version.record)
            if recovered.offset != recovered.length:
                return status_of(recovered)
            # All bytes are here: whoever asks now may never come again, so it has to become a video.
            try:
                version = self._free(upload_id)
            except UploadLockedError:
                return status_of(recovered)
        return self._finish(version) if version.record.full else status_of(version.record)

    def append(self, upload_id: str, patch: Patch) -> UploadStatus:
        """Take the body's bytes; all that storage has acknowledged stays, whatever happens to the request."""
        hold = self._hold_of_known(upload_id, patch)
        if hold is not None:
            return self._fill(hold, patch, may_rest=True)
        version = self._free(upload_id)
        if version.record.kind == "final":
            raise FinalUploadError("This upload is made of others; it takes no bytes of its own.")
        return self._append(version, patch)

    def terminate(self, upload_id: str) -> None:
        """Forget an upload, and all that it has staged. A video that it has become stays."""
        if known := self._known.take(upload_id):
            self._known.let_go(known)
        while True:
            # Where its hold rests elsewhere, more bytes would still be taken for a moment.
            version = self._at_rest(upload_id, seconds=2 * REST_SECONDS)
            record = version.record
            if record.full and not record.finished:
                # What cannot become a video can be forgotten all the same.
                with contextlib.suppress(UploadGoneError, InvalidUploadError):
                    version = self._keeping.finished(version)
            if version.record.finished:
                self._keeping.clear(version.record)  # Before its record goes, or nobody would find the piece again.
            try:
                self.records.delete(version)
            except BlobChangedError:
                continue
            if not version.record.finished:
                time.sleep(version.binding)
                self._keeping.clear(version.record)
            return

    def close(self) -> None:
        """Leave no upload held by a process that ends in peace."""
        self._known.close()

    def sweep(self, *, progress: Callable[[object], None] = lambda _: None) -> int:
        """Forget all uploads that have expired; returns how many. One that is whole becomes a video first.

        `progress` is called for each upload, and may raise to end the sweep.
        """
        swept = 0
        for upload_id, listed in self.records.list():
            progress(upload_id)
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

    def _append(self, version: Version, patch: Patch) -> UploadStatus:
        record = self._accepting(version.record, patch)
        if record.full:
            # Nothing is left to send, but the length may have been declared only now.
            return self._finish(version if record.length == version.record.length else self._noted(version, record))
        return self._fill(Hold(self.records, version, record), patch)

    def _noted(self, version: Version, record: UploadRecord) -> Version:
        try:
            return self.records.replace(version, replace(record, provisional=False))
        except BlobChangedError as error:
            raise UploadLockedError("Another request has just changed this upload. Try again.") from error

    def _hold_of_known(self, upload_id: str, patch: Patch) -> Hold | None:
        """A hold without asking storage first: it refuses the write when what is known here is not the newest."""
        version = self._known.take(upload_id)
        if version is None:
            return None
        try:
            if hold := self._hold_again(version, patch):
                return hold
        except BaseException:
            self._known.let_go(version)
            raise
        self._known.let_go(version)
        return None

    def _hold_again(self, version: Version, patch: Patch) -> Hold | None:
        if version.record.offset != patch.offset or _expired(version.record):
            return None
        record = self._accepting(version.record, patch)
        if record.full:
            return None
        # What counts only once its checksum is right must be known to do so before any of it is staged, and what is
        # staged says nothing of a length that is declared only now.
        written = patch.checksum is not None or record.length != version.record.length
        rested = version.record.holder is not None and not written
        with contextlib.suppress(UploadLockedError):
            return Hold(self.records, version, record, rested=rested)
        return None

    def _fill(self, hold: Hold, patch: Patch, *, may_rest: bool = False) -> UploadStatus:
        try:
            appending = self._appending(hold, patch, may_rest=may_rest)
        except BaseException:
            hold.release(hold.record)
            raise
        try:
            version = self._receive(appending, patch)
        except InvalidUploadError as error:
            if _refuses(error):
                appending.drop()
                if hold.discard():
                    self._keeping.clear(hold.record)
            raise
        finally:
            hold.stop()
            appending.drop()
        if version.record.full:
            return self._finish(version)
        self._known.keep(version)
        return status_of(version.record)

    def _receive(self, appending: Appending, patch: Patch) -> Version:
        try:
            for chunk in self._intake.chunks(patch.body, door="tus"):
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
        return replace(record, holder=None, expires_at=self._expiry(), provisional=patch.checksum is not None)

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

    def _appending(self, hold: Hold, patch: Patch, *, may_rest: bool) -> Appending:
        record = hold.record
        plan = self._uploads.plan(record.length)
        generation = record.segments[-1].generation
        stager = self._keeping.storage_of(record).stager(record.draft.name)
        expected = len(record.tail) + (patch.size or 0)
        if record.tail:
            self._budget.acquire(len(record.tail))
        writer = BlockWriter(
            stage=stager,
            plan=plan,
            budget=self._budget,
            pool=self._pool,
            lanes=1,
            name_block=lambda _index, offset: block_id(generation, offset),
            start=Start(record.blocks, record.tail_start),
            streaming=Streaming(expected=expected, begin=stager.begin, pool=self._waiting, places=self._streams),
        )
        if record.tail:
            writer.write(record.tail)
        return Appending(
            hold,
            writer=writer,
            plan=plan,
            check_head=self._check_head,
            checksum=patch.checksum,
            digests=self._digests,
            release=self._intake.release,
            may_rest=may_rest,
        )

    def _check_head(self, record: UploadRecord, head: bytes) -> None:
        if record.kind != "partial":
            type_of(record.draft.metadata.original_name, head, rules=self._uploads.rules)

    def _alive(self, upload_id: str) -> Version:
        return _living(self.records.read(upload_id))

    def _free(self, upload_id: str) -> Version:
        """The upload once nobody holds it any more; raises `UploadLockedError` when that takes too long."""
        version = _living(self._at_rest(upload_id, seconds=_PATIENCE_SECONDS))
        if version.held:
            raise UploadLockedError("Another request is sending bytes of this upload. Try again in a moment.")
        return version if version.record.holder is None else self._take_over(version)

    def _at_rest(self, upload_id: str, *, seconds: float) -> Version:
        """The upload once nobody holds it any more, or after so many seconds."""
        deadline = time.monotonic() + seconds
        while (version := self.records.read(upload_id)).held and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        return version

    def _take_over(self, version: Version) -> Version:
        recovered = self._keeping.recovered(version.record)
        segments = begin_generation(recovered.segments, at=recovered.tail_start)
        try:
            return self.records.replace(version, replace(recovered, segments=segments))
        except BlobChangedError as error:
            raise UploadLockedError("Another request has just taken this upload over.") from error

    def _finish(self, version: Version) -> UploadStatus:
        return status_of(self._keeping.finished(version).record)

    def _expiry(self) -> datetime:
        return utc_milliseconds(datetime.now(UTC) + self._lifetime)


def _living(version: Version) -> Version:
    if _expired(version.record):
        raise UploadGoneError("The upload has expired. Begin it again.")
    return version


def _expired(record: UploadRecord) -> bool:
    return record.expires_at <= datetime.now(UTC)


def _refuses(error: Exception) -> bool:
    """Whether the error is about what the bytes are, so that no more of them can mend it."""
    return isinstance(error, InvalidUploadError) and not isinstance(error, TruncatedBodyError)


def _misfit(detail: str) -> InvalidUploadError:
    return InvalidUploadError(detail)
