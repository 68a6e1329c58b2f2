"""The bytes of one PATCH on their way into blocks, and what of them is safe when it ends, however it ends."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from services.errors import TooLargeError
from services.uploads.block_plan import BlockPlan
from services.uploads.block_writer import BlockWriter
from services.uploads.errors import RejectedChecksumError
from services.uploads.reservation import ReservedChunk
from services.uploads.resumable.block_chain import begin_generation
from services.uploads.resumable.record import UploadRecord
from services.uploads.resumable.record_lock import RecordLock
from services.uploads.resumable.records import RecordVersion
from services.uploads.resumable.running_digests import RunningDigests
from utils.sizes import MIB
from utils.tus import Checksum
from utils.validators import SNIFF_BYTES

SILENT_SECONDS = 3.0
_SMALLEST_BLOCK = 64 * 1024
_LARGEST_TAIL = 4 * MIB


def smallest_block(plan: BlockPlan, record: UploadRecord) -> int:
    """Fewer bytes than this are kept in the record, to be staged together with what follows them."""
    return max(_SMALLEST_BLOCK, plan.least(record.blocks, record.tail_start))


def tail_fits(smallest: int) -> bool:
    """Whether the record can keep what is too little for a block; else such requests are refused."""
    return smallest <= _LARGEST_TAIL


class PatchWriter:
    """Takes the bytes of one PATCH. One thread writes and ends it; the lock's thread calls `_beat`."""

    def __init__(
        self,
        lock: RecordLock,
        *,
        writer: BlockWriter,
        plan: BlockPlan,
        check_head: Callable[[UploadRecord, bytes], None],
        checksum: Checksum | None,
        digests: RunningDigests,
        may_rest: bool = False,
    ) -> None:
        """`check_head` raises when the upload's first bytes show that it must be refused.

        `may_rest` says that the upload's requests come to this process, one after the other.
        """
        self._lock = lock
        self._base = self._safe = lock.record
        self._writer = writer
        self._limit = plan.largest if self._base.length is None else self._base.length
        self._smallest = smallest_block(plan, self._base)
        self._check_head = check_head
        self._checksum = checksum
        self._digests = digests
        self._may_rest = may_rest
        self._hash = digests.take(self._base.id, offset=self._base.offset)
        self._received = 0
        self._early: list[ReservedChunk] = []
        self._head = self._base.head
        self._turn = threading.Lock()
        self._last_received = time.monotonic()
        lock.keep_alive(self._beat)

    @property
    def complete(self) -> bool:
        """Whether every byte of the upload has been received."""
        return self._base.offset + self._received == self._base.length

    def write(self, chunk: ReservedChunk) -> None:
        """Take over a chunk and its memory; raises when the upload is refused or in other hands."""
        data = chunk.data
        with self._turn:
            self._lock.check()
            if self._base.offset + self._received + len(data) > self._limit:
                raise TooLargeError(f"More bytes arrived than the {self._limit} that this upload can have.")
            self._early.append(chunk.taken_over())
            self._received += len(data)
            self._last_received = time.monotonic()
            if self._checksum:
                self._checksum.update(data)
            if self._hash:
                self._hash.update(data)
            if len(self._head) < SNIFF_BYTES:
                self._head += bytes(data[: SNIFF_BYTES - len(self._head)])
                if len(self._head) < SNIFF_BYTES:
                    return
                self._remember_head()
            self._pass_on()

    def settle(self, *, interrupted: bool = False) -> RecordVersion:
        """Make safe what has come, and let go or, when the next request is likely to come here, rest."""
        if self._checksum and not self._checksum.matches():
            self.reject()
            raise RejectedChecksumError("The bytes do not match their Upload-Checksum, so none of them were kept.")
        with self._turn:
            if self.complete and len(self._head) < SNIFF_BYTES:
                self._remember_head()
            self._pass_on()
            tail = b""
            if not self.complete and tail_fits(self._smallest):
                tail = self._writer.withdraw(below=self._smallest)
        try:
            self._writer.flush()
        except BaseException:
            self._settle_for_less()
            raise
        version = self._let_go(
            replace(
                self._base,
                offset=self._base.offset + self._received,
                tail=tail,
                head=self._head,
                blocks=self._base.blocks + len(self._writer.acknowledged),
                provisional=False,
                sha256=self._hash.hexdigest() if self._hash and self.complete else None,
            ),
            rest=self._may_rest and not (tail or interrupted or self.complete or self._base.provisional),
        )
        if self._hash and not self.complete:
            self._digests.keep(self._base.id, self._hash, offset=version.record.offset)
        return version

    def interrupted(self) -> None:
        """Make safe what has come of a request that broke off; nothing, when it is only good as a whole."""
        if self._checksum:
            self.reject()
        else:
            self.settle(interrupted=True)

    def reject(self) -> None:
        """Let go as if this request had never been; what it has staged does not count."""
        self.drop()
        base = self._base
        segments = begin_generation(base.segments, at=base.tail_start)
        self._lock.release(replace(base, segments=segments, provisional=False))

    def drop(self) -> None:
        """Give up what is held here, and wait for what is on its way."""
        with self._turn:
            while self._early:
                self._early.pop().reservation.release()
        self._writer.abandon()

    def _let_go(self, record: UploadRecord, *, rest: bool) -> RecordVersion:
        version = self._lock.rest(record) if rest else None
        return version or self._lock.release(record)

    def _settle_for_less(self) -> None:
        """A block has failed: keep those before it, and leave later ones, which may arrive yet, behind."""
        acknowledged = self._writer.acknowledged
        self.drop()
        record = self._safe
        end = self._end_of(acknowledged)
        if end > record.tail_start and not record.provisional:
            blocks = self._base.blocks + len(acknowledged)
            record = replace(record, offset=end, tail=b"", head=self._head, blocks=blocks)
        segments = begin_generation(record.segments, at=record.tail_start)
        self._lock.release(replace(record, segments=segments, provisional=False))

    def _remember_head(self) -> None:
        """Blocks cannot be read, so their first bytes are written down before the first of them is staged."""
        self._check_head(self._base, self._head)
        self._lock.save(replace(self._base, head=self._head))

    def _pass_on(self) -> None:
        while self._early:
            chunk = self._early.pop(0)
            with chunk.reservation:
                self._writer.write(chunk)

    def _beat(self) -> None:
        """Say that this request is alive; when its client is not, make what came safe and say so."""
        silent = False
        if self._turn.acquire(blocking=False):
            try:
                if time.monotonic() - self._last_received > SILENT_SECONDS and not self._early:
                    silent = self._come_to_rest()
            finally:
                self._turn.release()
        self._lock.save(replace(self._safe, head=self._head), silent=silent)

    def _come_to_rest(self) -> bool:
        """Send off, or take into the record, what is half-filled; tells whether everything is safe now."""
        self._writer.stop_waiting()
        if self._writer.in_flight or self._writer.failed:
            return False
        if self._base.provisional:
            return True
        # In this order: memory may be called back at any time, and bytes must not be seen both in a block and outside.
        acknowledged = self._writer.acknowledged
        tail = self._writer.peek()
        if len(tail) >= self._smallest or not tail_fits(self._smallest):
            self._writer.send()
            return not tail
        end = self._end_of(acknowledged)
        # From now on this much is promised: a block that begins at `end` will hold the tail, too.
        self._safe = replace(
            self._base, offset=end + len(tail), tail=tail, blocks=self._base.blocks + len(acknowledged)
        )
        return True

    def _end_of(self, acknowledged: tuple[tuple[str, int], ...]) -> int:
        return self._base.tail_start + sum(size for _, size in acknowledged)
