"""Making one upload of several finished ones, which their client has sent side by side."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.azure_sas import BlobSigner
from services.azure_storage import BlobStorage
from services.errors import InvalidUploadError, StorageUnsupportedError
from services.intake import Body
from services.resumable.hold import Hold, Records, Version
from services.resumable.record import UploadRecord
from utils.block_chain import block_id
from utils.block_plan import MIB, BlockPlan
from utils.signatures import SNIFF_BYTES

_STEP = 4 * MIB
_COPIED_BLOCK = 64 * MIB
_SIGNED_FOR = timedelta(hours=6)


def check_pieces(pieces: Sequence[UploadRecord]) -> None:
    """Raise `InvalidUploadError` when one of them is not partial, or not finished."""
    for piece in pieces:
        if piece.kind != "partial":
            raise InvalidUploadError(f"The upload {piece.id} was not begun as a partial one.")
        if not piece.finished:
            raise InvalidUploadError(f"The partial upload {piece.id} is not finished.")


def head_of(pieces: Sequence[UploadRecord]) -> bytes:
    """The first bytes of what the pieces are together: the next one counts when those before it are short."""
    head = b""
    for piece in pieces:
        head += piece.head
        if len(piece.head) < piece.offset:
            break
    return head[:SNIFF_BYTES]


class Joining:
    """Brings the bytes of pieces into the blocks of a final upload."""

    def __init__(self, records: Records, *, videos: BlobStorage, pieces: BlobStorage, signer: BlobSigner) -> None:
        self._records = records
        self._videos = videos
        self._pieces = pieces
        self._signer = signer

    def join(self, version: Version, pieces: Sequence[UploadRecord], *, plan: BlockPlan) -> Version:
        """Let storage copy the pieces into blocks; where it cannot, the upload stays as empty as it was."""
        hold = Hold(self._records, version, version.record)
        hold.keep(lambda: hold.save(version.record))
        try:
            blocks = self._copy(version.record, pieces, size=max(_COPIED_BLOCK, plan.least(0, 0)))
        except StorageUnsupportedError:
            return hold.release(version.record)
        finally:
            hold.stop()
        length = sum(piece.offset for piece in pieces)
        return hold.release(replace(version.record, offset=length, blocks=blocks, head=head_of(pieces)))

    def read(self, pieces: Sequence[UploadRecord]) -> Body:
        """The bytes of the pieces, to be read like a request's body, where they have to pass through here."""
        return _JoinedBytes(self._steps(pieces))

    def _copy(self, record: UploadRecord, pieces: Sequence[UploadRecord], *, size: int) -> int:
        blocks, at = 0, 0
        for piece in pieces:
            url = self._signer.read_url(piece.draft.name, until=datetime.now(UTC) + _SIGNED_FOR)
            for start in range(0, piece.offset, size):
                part = min(size, piece.offset - start)
                name = block_id(record.segments[-1].generation, at)
                self._videos.stage_from_url(record.draft.name, name, url=url, offset=start, size=part)
                blocks, at = blocks + 1, at + part
        return blocks

    def _steps(self, pieces: Sequence[UploadRecord]) -> Iterator[bytes]:
        for piece in pieces:
            for offset in range(0, piece.offset, _STEP):
                yield self._pieces.read(piece.draft.name, offset=offset, size=min(_STEP, piece.offset - offset))


class _JoinedBytes:
    at_hand = 0
    length = None

    def __init__(self, steps: Iterator[bytes]) -> None:
        self._steps = steps
        self._rest = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        if not self._rest:
            self._rest = memoryview(next(self._steps, b""))
        data = bytes(self._rest[:size])
        self._rest = self._rest[size:]
        return data
