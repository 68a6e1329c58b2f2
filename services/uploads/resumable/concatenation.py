"""Making one upload of several finished ones, which their client has sent side by side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from services.errors import NotFoundError
from services.storage.blobs import BlobStorage, BlockSource
from services.storage.errors import BlobChangedError, StorageUnsupportedError
from services.storage.signing import BlobSigner
from services.uploads.block_plan import BlockPlan
from services.uploads.body_reader import IncomingBody
from services.uploads.errors import InvalidUploadError, UploadLockedError
from services.uploads.resumable.block_chain import block_id
from services.uploads.resumable.record import UploadRecord
from services.uploads.resumable.record_lock import RecordLock
from services.uploads.resumable.records import DEAD_SECONDS, RecordVersion, UploadRecords
from utils.signatures import SNIFF_BYTES
from utils.sizes import MIB

MOST_PIECES = 128
"""An upload can be made of so many others: each costs a few requests to storage, at the client's word alone."""
_COPIED_BLOCK = 64 * MIB
_SIGNED_FOR = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class PartialUpload:
    """A finished partial upload."""

    id: str
    blob: str
    size: int
    """In bytes."""
    joined_as: str | None
    """The upload that it has been made a part of."""


@dataclass(frozen=True, kw_only=True)
class PartialUploads:
    """What a final upload is to be made of, in order."""

    each: tuple[PartialUpload, ...]
    head: bytes
    """The first bytes of what they are together: the next one counts when those before it are short."""

    @property
    def size(self) -> int:
        """How many bytes they are together."""
        return sum(piece.size for piece in self.each)

    @property
    def joined_as(self) -> set[str]:
        """The uploads that any of them has been made a part of."""
        return {piece.joined_as for piece in self.each if piece.joined_as}


def check_named(ids: Sequence[str]) -> None:
    """Raise `InvalidUploadError` when these cannot be joined, whatever they are.

    A piece counts once: otherwise a request of a few kilobytes would make a video of any size out of a small one.
    """
    if len(ids) > MOST_PIECES:
        raise InvalidUploadError(f"An upload can be made of {MOST_PIECES} others, not of {len(ids)}.")
    if len(set(ids)) < len(ids):
        raise InvalidUploadError("Upload-Concat names a partial upload twice.")


def gather(records: Iterable[UploadRecord]) -> PartialUploads:
    """The pieces of these records, of which nothing else is kept.

    Raises `InvalidUploadError` at the first that is not partial, or not finished: such a one holds unstaged bytes.
    """
    pieces: list[PartialUpload] = []
    head, size = b"", 0
    for record in records:
        if record.kind != "partial":
            raise InvalidUploadError(f"The upload {record.id} was not begun as a partial one.")
        if not record.finished:
            raise InvalidUploadError(f"The partial upload {record.id} is not finished.")
        if len(head) == size:
            head = (head + record.head)[:SNIFF_BYTES]
        size += record.offset
        pieces.append(
            PartialUpload(
                id=record.id, blob=record.draft.name, size=record.offset, joined_as=next(iter(record.pieces), None)
            )
        )
    return PartialUploads(each=tuple(pieces), head=head)


class Concatenation:
    """Brings the bytes of pieces into the blocks of a final upload."""

    def __init__(self, records: UploadRecords, *, videos: BlobStorage, pieces: BlobStorage, signer: BlobSigner) -> None:
        self._records = records
        self._videos = videos
        self._pieces = pieces
        self._signer = signer

    def earlier(self, pieces: PartialUploads, *, metadata_header: str) -> str | None:
        """The upload that an earlier request has made of just these pieces; None when that has died, or there was none.

        Raises `InvalidUploadError` when they have become part of another one, and `UploadLockedError` while the request
        may still be at work.
        """
        ids = tuple(piece.id for piece in pieces.each)
        for final_id in pieces.joined_as:
            try:
                version = self._records.read(final_id)
            except NotFoundError:
                raise _used_up() from None
            final = version.record
            if (final.pieces, final.metadata_header) != (ids, metadata_header):
                raise _used_up()
            if final.finished or final.full:
                return final_id
            if version.held or version.age <= DEAD_SECONDS:
                raise UploadLockedError("Another request is putting these pieces together. Try again in a moment.")
        return None

    def join(self, version: RecordVersion, pieces: PartialUploads, *, plan: BlockPlan) -> RecordVersion:
        """Let storage copy the pieces into blocks; where it cannot, the upload stays as empty as it was.

        Raises `UploadLockedError`, and leaves no upload, when another request is joining one of the pieces.
        """
        lock = RecordLock(self._records, version, version.record)
        lock.keep_alive(lambda: lock.save(version.record))
        try:
            self._use_up(pieces, into=version.record.id)
            blocks = self._copy(version.record, pieces, size=max(_COPIED_BLOCK, plan.least(0, 0)))
        except StorageUnsupportedError:
            return lock.release(version.record)
        except UploadLockedError:
            lock.discard()
            raise
        finally:
            lock.stop()
        return lock.release(replace(version.record, offset=pieces.size, blocks=blocks, head=pieces.head))

    def read(self, pieces: PartialUploads) -> IncomingBody:
        """The bytes of the pieces, to be read like a request's body, where they have to pass through here."""
        return _JoinedBytes(self._pieces, pieces.each)

    def _use_up(self, pieces: PartialUploads, *, into: str) -> None:
        """Write into each piece's record what it has become a part of, unless somebody else has."""
        for piece in pieces.each:
            version = self._records.read(piece.id)
            if next(iter(version.record.pieces), None) != piece.joined_as:
                raise UploadLockedError(f"The partial upload {piece.id} is being joined by another request.")
            try:
                self._records.replace(version, replace(version.record, pieces=(into,)))
            except BlobChangedError as error:
                raise UploadLockedError(f"The partial upload {piece.id} is in use by another request.") from error

    def _copy(self, record: UploadRecord, pieces: PartialUploads, *, size: int) -> int:
        blocks, at = 0, 0
        for piece in pieces.each:
            url = self._signer.read_url(piece.blob, until=datetime.now(UTC) + _SIGNED_FOR)
            for start in range(0, piece.size, size):
                part = min(size, piece.size - start)
                name = block_id(record.segments[-1].generation, at)
                self._videos.stage_from_url(record.draft.name, name, BlockSource(url=url, offset=start, size=part))
                blocks, at = blocks + 1, at + part
        return blocks


class _JoinedBytes:
    """Reads no more at once than it is asked for, because that is what its reader has reserved."""

    length = None

    def __init__(self, storage: BlobStorage, pieces: Sequence[PartialUpload]) -> None:
        self._storage = storage
        self._left = [piece for piece in reversed(pieces) if piece.size]
        self._offset = 0

    @property
    def at_hand(self) -> int:
        """What is left of a piece needs no client to be waited for."""
        return self._left[-1].size - self._offset if self._left else 0

    def read(self, size: int, /) -> bytes:
        """The next bytes, of one piece."""
        if not self._left:
            return b""
        piece = self._left[-1]
        data = self._storage.read(piece.blob, offset=self._offset, size=min(size, piece.size - self._offset))
        self._offset += len(data)
        if self._offset >= piece.size:
            self._left.pop()
            self._offset = 0
        return data


def _used_up() -> InvalidUploadError:
    return InvalidUploadError("A partial upload that is named has become part of another upload already.")
