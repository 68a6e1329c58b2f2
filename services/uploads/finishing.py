"""How a direct upload becomes a video: by a copy to a name that no URL ever covered, which is checked there.

Whoever holds the URL of an upload can write its blob again, lease it, take snapshots, and read nothing; so that blob is
never a video. Each step can be repeated, by another instance too, after the one that began it was killed: the record
names the copy before it is begun (`PendingUpload.becomes`), says that its content is right before it can be seen, and
the copy lacks what makes a blob a video until its last request.
"""

import logging
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services import metrics
from services.actors.actor import Actor
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.storage.blobs import BlobStorage
from services.storage.copies import BlobCopies, BlobState
from services.storage.direct import DirectBlobs
from services.storage.errors import (
    BlobChangedError,
    BlobExistsError,
    BlobNotFoundError,
    StorageError,
    StorageUnavailableError,
)
from services.storage.videos import VideoBlobs
from services.uploads.direct_records import PendingState, PendingUpload, PendingUploads, PendingVersion
from services.uploads.errors import IncompleteUploadError
from services.uploads.uploads import Uploads, refusal, type_of
from services.videos.blob_names import new_blob_name
from services.videos.homes import split_id
from services.videos.video import UNCHECKED, Video, video_from
from utils.validators import SNIFF_BYTES, content_type_for

log = logging.getLogger(__name__)

_CLEARING_SECONDS = 5.0
_MOST_NAMED = 20
_FIRST_LOOK, _LONGEST_LOOK = 0.05, 0.5


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How far an upload has got."""

    video: Video | None
    """None while storage is still copying."""
    is_new: bool = False
    """Whether it was this call that found it right."""


class Finisher:
    """Brings uploads of which everything has arrived to their end."""

    def __init__(
        self,
        uploads: Uploads,
        library: Library,
        records: PendingUploads,
        *,
        storage: BlobStorage,
        blobs: VideoBlobs,
        written: DirectBlobs,
        copies: BlobCopies,
    ) -> None:
        self._uploads = uploads
        self._library = library
        self._records = records
        self._storage = storage
        self._blobs = blobs
        self._written = written
        self._copies = copies

    def advance(
        self, version: PendingVersion, blocks: Sequence[str] = (), *, by: Actor, patience: float = 0.0
    ) -> Outcome:
        """Bring it as far as it goes, and wait so many seconds for storage.

        Raises `InvalidUploadError` when it cannot become a video, `IncompleteUploadError` when something is missing
        yet, and `BlobChangedError` or `BlobNotFoundError` when another request was at it too: look again then.
        """
        if version.upload.state is PendingState.CHECKED:
            return Outcome(video=self.published(version.upload, by=by))
        version, source = self._named(version, blocks)
        copy = self._copied(version.upload, source, blocks, patience=patience)
        if copy is None:
            return Outcome(video=None)
        self._check(version.upload, copy)
        checked = replace(version.upload, state=PendingState.CHECKED)
        self._records.replace(version, checked)
        metrics.UPLOADS_STORED.labels("direct").inc()
        video = self.published(checked, by=by)
        self._clear_quietly(checked)
        return Outcome(video=video, is_new=True)

    def published(self, upload: PendingUpload, *, by: Actor) -> Video:
        """The video that a checked upload has become, made so now if it was not yet."""
        name = upload.becomes
        if name is None:
            return self._accepted_by_an_earlier_version(upload, by=by)
        copy = self._copies.look(name)
        if copy is None:
            raise VideoNotFoundError("The video that this upload became has been deleted.")
        if UNCHECKED not in copy.metadata:
            return self._library.get(name, by=by)
        metadata = replace(upload.draft.metadata, upload_id=None, content_etag=uuid.uuid4().hex)
        self._blobs.set_metadata(name, metadata.to_blob(), etag=copy.etag)
        video = video_from(self._blobs.describe(name))
        self._uploads.announce(video, by=by)
        return video

    def clear(self, upload: PendingUpload) -> None:
        """Leave nothing of an upload that is over; a video that it has become stays."""
        name, is_over = upload.draft.name, upload.state is PendingState.CHECKED
        if is_over and upload.becomes is None:
            return  # An earlier version has made a video of it where it lies.
        if upload.becomes is not None and not is_over:
            self._copies.discard(upload.becomes)
        if not self._copies.is_anything(name):
            return
        self._copies.discard(name)
        try:
            self._storage.clear_blocks(name, seconds=_CLEARING_SECONDS)
        except StorageError as error:
            # Azure drops uncommitted blocks by itself after seven days.
            log.info("blocks of %s could not be cleared: %s", name, error)

    def has_too_much(self, upload: PendingUpload) -> bool:
        """Whether more lies in storage for this upload than was promised."""
        name = upload.draft.name
        return self._copies.committed_bytes(name) + sum(self._written.staged(name).values()) > upload.size

    # The steps.

    def _named(self, version: PendingVersion, blocks: Sequence[str]) -> tuple[PendingVersion, BlobState | None]:
        """Choose the name of the copy, and write it down before anything is there."""
        upload = version.upload
        if upload.becomes is not None:
            return version, None
        source = self._arrived(upload, blocks)
        metadata = upload.draft.metadata
        name = new_blob_name(
            metadata.original_name,
            now=metadata.uploaded_at,
            token=uuid.uuid4(),
            clip=metadata.clip is not None,
            home=split_id(upload.draft.name)[0],
        )
        return self._records.replace(version, replace(upload, becomes=name)), source

    def _copied(
        self, upload: PendingUpload, source: BlobState | None, blocks: Sequence[str], *, patience: float
    ) -> BlobState | None:
        """The copy once it is whole, begun now if it was not yet; None while storage is at it."""
        name = str(upload.becomes)
        copy = None if source else self._copies.look(name)
        if copy is None:
            source = source or self._arrived(upload, blocks)
            self._copies.start(source, name, metadata={UNCHECKED: "1"})
            copy = self._copies.look(name)
        deadline, pause = time.monotonic() + patience, _FIRST_LOOK
        while copy is not None and copy.copying == "pending":
            if time.monotonic() + pause > deadline:
                return None
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_LOOK)
            copy = self._copies.look(name)
        if copy is None:
            raise BlobChangedError("Another request has removed the copy.")
        if copy.copying in {"failed", "aborted"}:
            self._copies.discard(name)
            raise StorageUnavailableError("Storage could not copy the upload. Ask again.")
        return copy

    def _arrived(self, upload: PendingUpload, blocks: Sequence[str]) -> BlobState:
        """The blob that the client has written, committed now if it was not yet."""
        blob = self._copies.look(upload.draft.name)
        if blob is None:
            self._commit(upload, blocks)
            blob = self._copies.look(upload.draft.name)
        if blob is None:
            raise BlobNotFoundError("Another request has removed it.")
        _check_size(upload, blob.size)
        if not blob.is_block_blob or blob.is_archived:
            reason = (
                f"It is {'archived' if blob.is_block_blob else 'of the kind ' + blob.kind}, not a plain block blob."
            )
            raise refusal(upload.draft.metadata.original_name, reason)
        return blob

    def _commit(self, upload: PendingUpload, blocks: Sequence[str]) -> None:
        name = upload.draft.name
        if not blocks:
            raise IncompleteUploadError("Nothing is there yet. Send the blocks, then name them in order.")
        staged = self._written.staged(name)
        missing = [block for block in blocks if block not in staged]
        if missing and self._copies.look(name) is not None:
            raise BlobChangedError("The blocks have been committed in the meantime.")
        if missing:
            faults = [{"field": "blocks", "reason": f"Block {block} is not there."} for block in missing[:_MOST_NAMED]]
            raise IncompleteUploadError(f"{len(missing)} of the blocks are not there yet.", errors=faults)
        _check_size(upload, sum(staged[block] for block in blocks))
        try:
            self._written.commit(name, blocks)
        except BlobExistsError:
            log.info("%s was committed by another request", name)

    def _check(self, upload: PendingUpload, copy: BlobState) -> None:
        """Find the copy's size and first bytes right, and take away what its client has said of it."""
        name = upload.draft.metadata.original_name
        _check_size(upload, copy.size)
        # The settings first: with a false encoding not even the first bytes could be read.
        by_name = content_type_for(name, b"", checked=False)
        etag = self._copies.set_content_type(copy.name, by_name, etag=copy.etag)
        content_type = type_of(name, self._blobs.head(copy.name, SNIFF_BYTES, etag=etag), rules=self._uploads.rules)
        if content_type != by_name:
            self._copies.set_content_type(copy.name, content_type, etag=etag)

    def _clear_quietly(self, upload: PendingUpload) -> None:
        try:
            self.clear(upload)
        except StorageError as error:
            log.warning("%s is a video, and what it was copied from will be cleared later: %s", upload.becomes, error)

    def _accepted_by_an_earlier_version(self, upload: PendingUpload, *, by: Actor) -> Video:
        video = video_from(self._blobs.describe(upload.draft.name))
        self._uploads.announce(video, by=by)
        self._records.delete(video.id)
        return video


def _check_size(upload: PendingUpload, size: int) -> None:
    if size != upload.size:
        raise refusal(upload.draft.metadata.original_name, f"{size} bytes arrived, not the {upload.size} promised.")
