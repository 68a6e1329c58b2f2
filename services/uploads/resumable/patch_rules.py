"""Which bytes an upload takes next: those that go on where it has got to, and that it has room for."""

from dataclasses import replace

from services.storage.clock import Deadlines
from services.uploads.errors import InvalidUploadError, OffsetMismatchError
from services.uploads.resumable.messages import Patch
from services.uploads.resumable.patch_writer import smallest_block, tail_fits
from services.uploads.resumable.record import UploadRecord
from services.uploads.uploads import Uploads, check_size


class PatchRules:
    """Holds what a request announces against the record of its upload."""

    def __init__(self, uploads: Uploads, *, deadlines: Deadlines) -> None:
        self._uploads = uploads
        self._deadlines = deadlines

    def accept(self, record: UploadRecord, patch: Patch) -> UploadRecord:
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
        check_size(record.offset + (patch.size or 0), largest=self._largest)
        self._check_chunk(record, patch.size)
        return replace(
            record, holder=None, expires_at=self._deadlines.from_now(), provisional=patch.checksum is not None
        )

    @property
    def _largest(self) -> int:
        return self._uploads.rules.largest

    def _with_length(self, record: UploadRecord, length: int) -> UploadRecord:
        if record.length not in {None, length}:
            raise _misfit(f"The length is known already: {record.length} bytes. It cannot change.")
        if length < record.offset or not length:
            raise _misfit(f"The upload cannot have {length} bytes: {record.offset} have come already.")
        check_size(length, largest=self._largest)
        return replace(record, length=length)

    def _check_chunk(self, record: UploadRecord, size: int | None) -> None:
        smallest = smallest_block(self._uploads.plan(record.length), record)
        last = size is not None and record.length is not None and record.offset + size == record.length
        if size is None or last or tail_fits(smallest) or size >= smallest:
            return
        raise _misfit(f"Chunks of {size} bytes are too small for an upload of this length; send at least {smallest}.")


def _misfit(detail: str) -> InvalidUploadError:
    return InvalidUploadError(detail)
