"""One PATCH from the socket to storage: its bytes are received, and its lock ends with it, however it ends."""

import threading
from concurrent.futures import Executor, ThreadPoolExecutor

from services.uploads.block_layout import Start
from services.uploads.block_plan import BlockPlan
from services.uploads.block_stream import Streaming
from services.uploads.block_writer import BlockWriter
from services.uploads.body_reader import BodyReader
from services.uploads.errors import InvalidUploadError, TruncatedBodyError, UploadLockedError
from services.uploads.memory_budget import MemoryBudget
from services.uploads.reservation import ReservedChunk
from services.uploads.resumable.block_chain import block_id
from services.uploads.resumable.messages import Patch
from services.uploads.resumable.patch_writer import PatchWriter
from services.uploads.resumable.record import UploadRecord
from services.uploads.resumable.record_lock import RecordLock
from services.uploads.resumable.records import RecordVersion
from services.uploads.resumable.running_digests import RunningDigests
from services.uploads.resumable.staged_blocks import StagedBlocks
from services.uploads.uploads import Uploads, type_of
from utils.capacity import STREAMED_BLOCKS


class PatchReceiver:
    """Receives the bytes of requests that hold the lock of their upload."""

    def __init__(
        self, uploads: Uploads, staged_blocks: StagedBlocks, *, reader: BodyReader, budget: MemoryBudget, pool: Executor
    ) -> None:
        self._uploads = uploads
        self._staged = staged_blocks
        self._reader = reader
        self._budget = budget
        self._pool = pool
        self._digests = RunningDigests(wanted=uploads.rules.checksum)
        self._streams = threading.BoundedSemaphore(STREAMED_BLOCKS)
        self._waiting = ThreadPoolExecutor(STREAMED_BLOCKS, thread_name_prefix="ahead")

    def receive(self, lock: RecordLock, patch: Patch, *, may_rest: bool = False) -> RecordVersion:
        """Take the body's bytes; what storage has acknowledged stays, unless they show that the upload is refused.

        `may_rest` lets the lock rest in the end instead of being let go of.
        """
        try:
            patch_writer = self._writer(lock, patch, may_rest=may_rest)
        except BaseException:
            lock.release(lock.record)
            raise
        try:
            return self._receive(patch_writer, patch)
        except InvalidUploadError as error:
            if _refuses(error):
                patch_writer.drop()
                if lock.discard():
                    self._staged.clear(lock.record)
            raise
        finally:
            lock.stop()
            patch_writer.drop()

    def _receive(self, patch_writer: PatchWriter, patch: Patch) -> RecordVersion:
        try:
            self._reader.read(patch.body, door="tus", pass_on=patch_writer.write)
        except Exception as error:
            if not _refuses(error) and not isinstance(error, UploadLockedError):
                patch_writer.interrupted()
            raise
        return patch_writer.settle()

    def _writer(self, lock: RecordLock, patch: Patch, *, may_rest: bool) -> PatchWriter:
        record = lock.record
        plan = self._uploads.plan(record.length)
        writer = self._block_writer(record, plan, expected=len(record.tail) + (patch.size or 0))
        try:
            if record.tail:  # What earlier requests have left in the record.
                with self._budget.reserve(len(record.tail)) as reservation:
                    writer.write(ReservedChunk(record.tail, reservation))
            return PatchWriter(
                lock,
                writer=writer,
                plan=plan,
                check_head=self._check_head,
                checksum=patch.checksum,
                digests=self._digests,
                may_rest=may_rest,
            )
        except BaseException:
            writer.abandon()
            raise

    def _block_writer(self, record: UploadRecord, plan: BlockPlan, *, expected: int) -> BlockWriter:
        generation = record.segments[-1].generation
        stager = self._staged.storage_of(record).stager(record.draft.name)
        return BlockWriter(
            stage=stager,
            plan=plan,
            budget=self._budget,
            pool=self._pool,
            lanes=1,
            name_block=lambda _index, offset: block_id(generation, offset),
            start=Start(record.blocks, record.tail_start),
            streaming=Streaming(expected=expected, begin=stager.begin, pool=self._waiting, places=self._streams),
        )

    def _check_head(self, record: UploadRecord, head: bytes) -> None:
        if record.kind != "partial":
            type_of(record.draft.metadata.original_name, head, rules=self._uploads.rules)


def _refuses(error: Exception) -> bool:
    """Whether the error is about what the bytes are, so that no more of them can mend it."""
    return isinstance(error, InvalidUploadError) and not isinstance(error, TruncatedBodyError)
