"""The direct door: clients write their bytes into storage by themselves; here they get leave to, and are checked.

Storage cannot check what a client writes, so a direct upload is no video before its content has been looked at:
until then it has a record (`services/pending.py`), and its blob lacks the seal (`utils/seals.py`) that makes it one.
"""

import contextlib
import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from services import metrics
from services.azure_direct import DirectBlobs
from services.azure_storage import BlobStorage
from services.azure_videos import VideoBlobs
from services.errors import (
    BlobChangedError,
    BlobExistsError,
    BlobNotFoundError,
    IncompleteUploadError,
    InvalidUploadError,
    NotFoundError,
    ReelgateError,
    StorageError,
    TooLargeError,
    UploadGoneError,
)
from services.library import Library
from services.pending import PendingState, PendingUpload, PendingUploads, PendingVersion
from services.uploads import Candidate, Draft, Uploads, refusal, type_of
from services.video import StoredBlob, Video, video_from
from utils.blob_names import is_blob_name, new_blob_name
from utils.block_ids import InvalidBlockIds, check_block_ids
from utils.block_plan import MIB, MOST_BLOCKS
from utils.metadata import InvalidMetadata
from utils.seals import new_seal
from utils.timestamps import parse_timestamp, utc_milliseconds
from utils.validators import SNIFF_BYTES, content_type_for

log = logging.getLogger(__name__)

_URL_LIFETIME = timedelta(hours=1)
_CLEARING_SECONDS = 5.0
_MOST_NAMED = 20
_TRIES = 3


@dataclass(frozen=True, kw_only=True)
class Permit:
    """Leave to write one new blob."""

    id: str
    """The blob's name, which the video will have."""
    upload_url: str
    """Whoever has it can write the blob: it is never logged."""
    expires_at: datetime
    """When the URL ends; the upload itself goes on with another one."""
    block_size: int
    """In bytes; the least with which 50,000 blocks suffice, or more."""
    staged: Mapping[str, int]
    """The sizes of the blocks that are there already, by their ids in base64."""


class Direct:
    """The direct door. Any instance can serve any request of any upload."""

    def __init__(
        self,
        uploads: Uploads,
        library: Library,
        records: PendingUploads,
        *,
        storage: BlobStorage,
        blobs: VideoBlobs,
        written: DirectBlobs,
        lifetime: timedelta,
    ) -> None:
        """`lifetime` is how long an upload may take from its newest URL on."""
        self._uploads = uploads
        self._library = library
        self._records = records
        self._storage = storage
        self._blobs = blobs
        self._written = written
        self._lifetime = lifetime

    @property
    def origin(self) -> str:
        """Where clients write, as browsers name it."""
        return self._written.origin

    def begin(self, candidate: Candidate, *, size: int, client_ip: str | None = None) -> Permit:
        """Check what a client says of its file, and let it write that one blob, from `client_ip` alone if given."""
        try:
            draft = self._uploads.draft(replace(candidate, length=size), door="direct")
        except TooLargeError as error:
            raise TooLargeError(str(error), errors=[{"field": "size", "reason": str(error)}]) from error
        upload = PendingUpload(draft=_sealed(draft), size=size, client_ip=client_ip, expires_at=self._expiry())
        # The record comes first: from then on nothing by that name is taken for a video.
        self._storage.prepare()
        self._records.create(upload)
        return self._permit(upload, staged={})

    def renew(self, id_: str) -> Permit:
        """Another URL for an upload whose first one has expired, or whose client was started again."""
        version = self._under_way(id_)
        upload = replace(version.upload, expires_at=self._expiry())
        try:
            self._records.replace(version, upload)
        except BlobChangedError as error:
            raise UploadGoneError("The upload has been ended meanwhile.") from error
        return self._permit(upload, staged=self._written.staged(id_))

    def cancel(self, id_: str) -> None:
        """Give an upload up, and clear away what it has written; a video that it has become stays."""
        self._end(self._under_way(id_))

    def complete(self, id_: str, blocks: Sequence[str]) -> tuple[Video, bool]:
        """Check what has arrived and make it a video; returns it, and whether it is new.

        `blocks` are the ids in base64, in order; none when the client has committed the blob itself. Raises
        `IncompleteUploadError` when something is missing yet; any other refusal ends the upload.
        """
        _check(blocks)
        for _ in range(_TRIES):
            try:
                return self._completed(id_, blocks)
            except (BlobChangedError, BlobNotFoundError) as error:
                log.info("%s changed while it was checked: %s", id_, error)
        raise IncompleteUploadError("The blob is still being written to. Complete it when that has ended.")

    def sweep(self, *, progress: Callable[[object], object] = lambda _: None) -> int:
        """Clear away all uploads that have expired; returns how many.

        `progress` is called for each upload, and may raise to end the sweep.
        """
        swept = 0
        for name, listed in self._records.list():
            progress(name)
            if parse_timestamp(listed.tags["expires_at"]) > datetime.now(UTC):
                continue
            try:
                swept += self._sweep(name)
            except ReelgateError as error:
                log.warning("direct upload %s could not be swept: %s", name, error)
        return swept

    # What has arrived.

    def _completed(self, id_: str, blocks: Sequence[str]) -> tuple[Video, bool]:
        try:
            version = self._open(id_)
        except NotFoundError:
            return self._library.get(id_), False
        if version.upload.state is PendingState.CHECKED:
            return self._announced(video_from(self._blobs.describe(id_))), False
        try:
            video = self._accepted(version.upload, self._arrived(version.upload, blocks))
        except InvalidUploadError as error:
            if not self._end(version):
                raise BlobChangedError("Another request has decided meanwhile.") from error
            raise
        return self._close(version, video)

    def _arrived(self, upload: PendingUpload, blocks: Sequence[str]) -> StoredBlob:
        """The blob, committed now if it was not yet."""
        name = upload.draft.name
        try:
            return self._blobs.describe(name)
        except BlobNotFoundError:
            self._check_staged(upload, blocks)
        metadata = upload.draft.metadata
        try:
            self._written.commit(
                name,
                blocks,
                content_type=content_type_for(metadata.original_name, b"", checked=False),
                metadata=metadata.to_blob(),
            )
        except BlobExistsError:
            log.info("%s was committed by another request", name)
        return self._blobs.describe(name)

    def _check_staged(self, upload: PendingUpload, blocks: Sequence[str]) -> None:
        if not blocks:
            raise IncompleteUploadError("Nothing is there yet. Send the blocks, then name them in order.")
        staged = self._written.staged(upload.draft.name)
        missing = [block for block in blocks if block not in staged]
        if missing and self._storage.upload_of(upload.draft.name) is not None:
            raise BlobChangedError("The blocks have been committed meanwhile.")
        if missing:
            faults = [{"field": "blocks", "reason": f"Block {block} is not there."} for block in missing[:_MOST_NAMED]]
            raise IncompleteUploadError(f"{len(missing)} of the blocks are not there yet.", errors=faults)
        _check_size(upload, sum(staged[block] for block in blocks))

    def _accepted(self, upload: PendingUpload, blob: StoredBlob) -> Video:
        """The video that the blob is, once its size and its first bytes have been found right."""
        _check_size(upload, blob.size)
        metadata = upload.draft.metadata
        head = self._blobs.head(blob.name, SNIFF_BYTES, etag=blob.etag)
        content_type = type_of(metadata.original_name, head, rules=self._uploads.rules)
        if blob.lacks_seal or blob.content_type != content_type:
            # This also takes away the encoding and whatever else the client may have set.
            etag = self._blobs.set_content_type(blob.name, content_type, etag=blob.etag)
            blob = replace(blob, content_type=content_type, etag=etag)
        if blob.lacks_seal:
            sealed = metadata.to_blob()
            etag = self._blobs.set_metadata(blob.name, sealed, etag=blob.etag)
            blob = replace(blob, metadata=sealed, etag=etag)
        return video_from(blob)

    # The record.

    def _close(self, version: PendingVersion, video: Video) -> tuple[Video, bool]:
        """Say in the record that the video has been accepted: from here on nothing can take it back."""
        try:
            self._records.replace(version, replace(version.upload, state=PendingState.CHECKED))
        except BlobChangedError:
            return self._closed_elsewhere(video)
        metrics.UPLOADS_STORED.labels("direct").inc()
        return self._announced(video), True

    def _closed_elsewhere(self, video: Video) -> tuple[Video, bool]:
        try:
            ended = self._records.read(video.id).upload.state is PendingState.ENDED
        except NotFoundError:
            return self._library.get(video.id), False
        if ended:
            self._clear(video.id)
            raise UploadGoneError("The upload was ended before it was complete.")
        return self._announced(video), False

    def _announced(self, video: Video) -> Video:
        self._uploads.announce(video)
        self._records.delete(video.id)
        return video

    def _open(self, id_: str) -> PendingVersion:
        if not is_blob_name(id_):
            raise NotFoundError("There is no such upload.")
        version = self._records.read(id_)
        state, expired = version.upload.state, version.upload.expires_at <= datetime.now(UTC)
        if state is PendingState.ENDED or (state is PendingState.OPEN and expired):
            raise UploadGoneError("The upload was refused, given up or has expired. Start again.")
        return version

    def _under_way(self, id_: str) -> PendingVersion:
        version = self._open(id_)
        if version.upload.state is PendingState.CHECKED:
            raise NotFoundError("The upload is over: it has become a video.")
        return version

    def _end(self, version: PendingVersion) -> bool:
        """Clear an upload away, unless another request has decided otherwise; returns whether.

        The record stays until its URL has expired: the blob could be written again.
        """
        try:
            self._records.replace(version, replace(version.upload, state=PendingState.ENDED))
        except BlobChangedError:
            return False
        self._clear(version.upload.draft.name)
        return True

    def _sweep(self, name: str) -> bool:
        try:
            version = self._records.read(name)
        except NotFoundError:
            return False
        if version.upload.expires_at > datetime.now(UTC):
            return False  # Renewed a moment ago.
        if version.upload.state is PendingState.CHECKED:
            with contextlib.suppress(BlobNotFoundError):
                self._uploads.announce(video_from(self._blobs.describe(name)))
        elif not self._end(version):
            return False
        self._records.delete(name)
        return version.upload.state is not PendingState.CHECKED

    def _clear(self, name: str) -> None:
        self._storage.delete(name)
        try:
            self._storage.clear_blocks(name, seconds=_CLEARING_SECONDS)
        except StorageError as error:
            # Azure drops uncommitted blocks by itself after seven days.
            log.info("blocks of %s could not be cleared: %s", name, error)

    def _permit(self, upload: PendingUpload, *, staged: Mapping[str, int]) -> Permit:
        until = utc_milliseconds(datetime.now(UTC)).replace(microsecond=0) + min(_URL_LIFETIME, self._lifetime)
        name = upload.draft.name
        return Permit(
            id=name,
            upload_url=self._written.write_url(name, until=until, client_ip=upload.client_ip),
            expires_at=until,
            block_size=self._block_size(upload.size),
            staged=staged,
        )

    def _block_size(self, size: int) -> int:
        least = math.ceil(size / MOST_BLOCKS / MIB) * MIB
        return max(self._uploads.rules.block_size, least)

    def _expiry(self) -> datetime:
        return utc_milliseconds(datetime.now(UTC) + self._lifetime)


def _sealed(draft: Draft) -> Draft:
    """The draft under a name that only the holder of its secret can fill with a video."""
    seal, metadata = new_seal(), draft.metadata
    metadata = replace(metadata, upload_id=seal.secret, content_etag=seal.token.hex)
    try:
        metadata.to_blob()
    except InvalidMetadata as error:
        raise refusal(metadata.original_name, str(error), field="filename") from error
    return Draft(
        name=new_blob_name(metadata.original_name, now=metadata.uploaded_at, token=seal.token), metadata=metadata
    )


def _check(blocks: Sequence[str]) -> None:
    try:
        check_block_ids(blocks)
    except InvalidBlockIds as error:
        raise InvalidUploadError(str(error), errors=[{"field": "blocks", "reason": str(error)}]) from error


def _check_size(upload: PendingUpload, size: int) -> None:
    if size != upload.size:
        raise refusal(upload.draft.metadata.original_name, f"{size} bytes arrived, not the {upload.size} promised.")
