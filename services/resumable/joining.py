"""Making one upload of several finished ones, which their client has sent side by side."""

from collections.abc import Iterator, Sequence

from services.azure_storage import BlobStorage
from services.errors import InvalidUploadError
from services.resumable.record import UploadRecord

_STEP = 4 * 1024 * 1024


class JoinedPieces:
    """The bytes of finished partial uploads, one after the other, to be read like a request's body."""

    def __init__(self, storage: BlobStorage, pieces: Sequence[UploadRecord]) -> None:
        """Raises `InvalidUploadError` when one of them is not partial, or not finished."""
        for piece in pieces:
            if piece.kind != "partial":
                raise InvalidUploadError(f"The upload {piece.id} was not begun as a partial one.")
            if not piece.finished:
                raise InvalidUploadError(f"The partial upload {piece.id} is not finished.")
        self.size = sum(piece.offset for piece in pieces)
        self._steps = _steps(storage, pieces)
        self._read = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""
        if not self._read:
            self._read = memoryview(next(self._steps, b""))
        data = bytes(self._read[:size])
        self._read = self._read[size:]
        return data


def _steps(storage: BlobStorage, pieces: Sequence[UploadRecord]) -> Iterator[bytes]:
    for piece in pieces:
        for offset in range(0, piece.offset, _STEP):
            yield storage.read(piece.draft.name, offset=offset, size=min(_STEP, piece.offset - offset))
