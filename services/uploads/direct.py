"""The direct door: clients write their bytes into storage by themselves; here they get leave to, and are checked.

Storage cannot check what a client writes, so a direct upload is no video, and its blob never becomes one: what is found
right is copied (`services/uploads/finishing.py`). Until its URL has ended, an upload has a record
(`services/uploads/direct_records.py`).
"""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.actors.actor import Actor
from services.actors.policy import Act, may_continue, require
from services.errors import BusyError, NotFoundError, ReelgateError, TooLargeError
from services.library.errors import VideoNotFoundError
from services.library.library import Library
from services.storage.blobs import BlobStorage
from services.storage.clock import Deadlines
from services.storage.direct import DirectBlobs
from services.storage.errors import BlobChangedError, BlobNotFoundError
from services.storage.records import ListedRecord
from services.uploads.block_ids import InvalidBlockIds, check_block_ids
from services.uploads.block_plan import MOST_BLOCKS
from services.uploads.direct_records import PendingState, PendingUpload, PendingUploads, PendingVersion
from services.uploads.errors import IncompleteUploadError, InvalidUploadError, UploadGoneError
from services.uploads.finishing import Finisher, Outcome
from services.uploads.uploads import Candidate, Draft, Uploads, refusal
from services.videos.blob_names import is_blob_name, new_blob_name
from services.videos.direct_upload_names import new_seal
from services.videos.homes import split_id
from services.videos.metadata import InvalidMetadata
from utils.sizes import MIB
from utils.timestamps import parse_timestamp

log = logging.getLogger(__name__)

_URL_LIFETIME = timedelta(hours=1)
_PATIENCE = 3.0
"""Seconds that a request waits for a copy, before its client is asked to come again."""
_TRIES = 10
_CHANGING = "The upload is being changed by other requests. Try again when they have ended."


@dataclass(frozen=True, kw_only=True)
class Permit:
    """Leave to write one new blob."""

    id: str
    """The upload's, and the blob's name; the video will have another one."""
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
        written: DirectBlobs,
        finishing: Finisher,
        deadlines: Deadlines,
    ) -> None:
        """`deadlines` say how long an upload may take from its newest URL on."""
        self._uploads = uploads
        self._library = library
        self._records = records
        self._storage = storage
        self._written = written
        self._finishing = finishing
        self._deadlines = deadlines

    @property
    def origin(self) -> str:
        """Where clients write, as browsers name it."""
        return self._written.origin

    def begin(self, candidate: Candidate, *, by: Actor, size: int, client_ip: str | None = None) -> Permit:
        """Check what a client says of its file, and let it write that one blob, from `client_ip` alone if given."""
        try:
            draft = self._uploads.draft(replace(candidate, length=size), door="direct", by=by)
        except TooLargeError as error:
            raise TooLargeError(str(error), errors=[{"field": "size", "reason": str(error)}]) from error
        expires_at, url_ends_at = self._ends()
        upload = PendingUpload(
            draft=_sealed(draft), size=size, client_ip=client_ip, expires_at=expires_at, url_ends_at=url_ends_at
        )
        # The record comes first: from then on nothing by that name is taken for a video.
        self._storage.prepare(upload.draft.name)
        self._records.create(upload)
        return self._permit(upload, staged={})

    def renew(self, id_: str, *, by: Actor) -> Permit:
        """Another URL for an upload whose first one has expired, or whose client was started again."""
        for _ in range(_TRIES):
            version = self._under_way(id_, by=by)
            if self._finishing.has_too_much(version.upload):
                self._end(version)
                raise refusal(version.upload.draft.metadata.original_name, "More has arrived than was promised.")
            expires_at, url_ends_at = self._ends()
            upload = replace(version.upload, expires_at=expires_at, url_ends_at=url_ends_at)
            try:
                self._records.replace(version, upload)
            except BlobChangedError as error:
                # A page that is opened anew asks at the same time as the file that is chosen on it.
                log.info("%s changed while its URL was renewed: %s", id_, error)
            else:
                return self._permit(upload, staged=self._written.staged(id_))
        raise BusyError(_CHANGING)

    def cancel(self, id_: str, *, by: Actor) -> None:
        """Give an upload up, and clear away what it has written; a video that it has become stays."""
        for _ in range(_TRIES):
            if self._end(self._under_way(id_, by=by)):
                return
        raise BusyError(_CHANGING)

    def complete(self, id_: str, blocks: Sequence[str], *, by: Actor) -> Outcome:
        """Check what has arrived and make it a video, which gets another id.

        `blocks` are the ids in base64, in order; none when the client has committed the blob itself. Raises
        `IncompleteUploadError` when something is missing yet; any other refusal ends the upload.
        """
        version: PendingVersion | None = None
        for _ in range(_TRIES):
            try:
                version = self._open(id_, by=by)
                _check(blocks)
                return self._advanced(version, blocks, by=by, patience=_PATIENCE)
            except UploadGoneError:
                if version is not None:
                    self._finishing.clear(self._records.read(id_).upload)  # Ended while it was copied.
                raise
            except NotFoundError:
                return Outcome(video=self._library.get(id_, by=by))  # An earlier version has completed it.
            except (BlobChangedError, BlobNotFoundError) as error:
                log.info("%s changed while it was checked: %s", id_, error)
        raise IncompleteUploadError("The blob is still being written to. Complete it when that has ended.")

    def sweep(self, *, by: Actor, progress: Callable[[object], object] = lambda _: None) -> int:
        """End what has expired, complete what was committed and never completed, and clear what must not be there.

        Returns how many uploads have come to their end. `progress` is called for each, and may raise to end the sweep.
        """
        require(by, Act.ADMINISTER)
        due = self._deadlines.clock.judge()
        swept = 0
        for name, listed in self._records.list():
            progress(name)
            if not _is_due(listed, due):
                continue
            try:
                swept += self._sweep(name, due=due, by=by)
            except ReelgateError as error:
                log.warning("direct upload %s could not be swept: %s", name, error)
        return swept

    def _advanced(
        self, version: PendingVersion, blocks: Sequence[str] = (), *, by: Actor, patience: float = 0.0
    ) -> Outcome:
        """See `Finisher.advance`; a refusal ends the upload."""
        try:
            return self._finishing.advance(version, blocks, by=by, patience=patience)
        except InvalidUploadError as error:
            # Another request may have chosen the copy's name meanwhile, which changes nothing about the content.
            if not self._end(version):
                raise BlobChangedError("Another request has decided in the meantime.") from error
            raise

    # The record.

    def _open(self, id_: str, *, by: Actor) -> PendingVersion:
        require(by, Act.UPLOAD)
        if not is_blob_name(id_):
            raise NotFoundError("There is no such upload.")
        version = self._records.read(id_)
        if not may_continue(by, version.upload.draft.metadata.owner):
            raise NotFoundError("There is no such upload. It may have been ended, or have expired.")
        state, expired = version.upload.state, self._deadlines.passed(version.upload.expires_at)
        if state is PendingState.ENDED or (state is PendingState.OPEN and expired):
            raise UploadGoneError("The upload was refused, cancelled or has expired. Start again.")
        return version

    def _under_way(self, id_: str, *, by: Actor) -> PendingVersion:
        version = self._open(id_, by=by)
        if version.upload.state is PendingState.CHECKED:
            raise NotFoundError("The upload is over: it has become a video.")
        return version

    def _end(self, version: PendingVersion) -> bool:
        """Clear an upload away, unless another request has decided otherwise; returns whether.

        The record stays until its URL has expired: the blob could be written again.
        """
        ended = replace(version.upload, state=PendingState.ENDED)
        try:
            self._records.replace(version, ended)
        except BlobChangedError:
            return False
        self._finishing.clear(ended)
        return True

    # Housekeeping.

    def _sweep(self, name: str, *, due: datetime, by: Actor) -> bool:
        """Bring one upload forward; returns whether it has come to its end by that."""
        try:
            version = self._records.read(name)  # Again: it may have been renewed since it was listed.
        except NotFoundError:
            return False
        if version.upload.state is PendingState.OPEN:
            return self._sweep_open(version, due=due, by=by)
        self._sweep_closed(version, due=due, by=by)
        return False

    def _sweep_open(self, version: PendingVersion, *, due: datetime, by: Actor) -> bool:
        upload = version.upload
        if upload.becomes is None and upload.expires_at > due and _url_lives(upload, due):
            return self._finishing.has_too_much(upload) and self._end(version)
        try:
            return self._advanced(version, by=by).is_new
        except InvalidUploadError as error:
            log.info("direct upload %s was refused: %s", upload.draft.name, error)
            return True
        except IncompleteUploadError:
            if upload.expires_at > due or not self._end(version):
                return False
        self._records.delete(upload.draft.name)
        return True

    def _sweep_closed(self, version: PendingVersion, *, due: datetime, by: Actor) -> None:
        upload = version.upload
        if upload.state is PendingState.CHECKED:
            try:
                self._finishing.published(upload, by=by)
            except (VideoNotFoundError, BlobNotFoundError):
                log.info("the video of direct upload %s has been deleted", upload.draft.name)
            if upload.becomes is None:
                return  # An earlier version had checked it, and only its last words were missing.
        self._finishing.clear(upload)
        if upload.expires_at <= due:
            self._records.delete(upload.draft.name)
        elif not _url_lives(upload, due):
            self._records.replace(version, replace(upload, url_ends_at=None))

    def _permit(self, upload: PendingUpload, *, staged: Mapping[str, int]) -> Permit:
        name, until = upload.draft.name, upload.url_ends_at or upload.expires_at
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

    def _ends(self) -> tuple[datetime, datetime]:
        """When an upload ends that is begun or renewed now, and when its URL does."""
        until = self._deadlines.clock.now() + min(_URL_LIFETIME, self._deadlines.lifetime)
        # Storage knows whole seconds.
        return self._deadlines.from_now(), until.replace(microsecond=0)


def _is_due(listed: ListedRecord, due: datetime) -> bool:
    """Whether the sweep has to look at an upload: as long as its URL lives, once after that, and at its end."""
    return "url_ends_at" in listed.tags or parse_timestamp(listed.tags["expires_at"]) <= due


def _url_lives(upload: PendingUpload, now: datetime) -> bool:
    # Records of earlier versions do not say.
    return (upload.url_ends_at or upload.expires_at) > now


def _sealed(draft: Draft) -> Draft:
    """The draft under a name by which nothing is taken for a video.

    The version before wants the secret in the record, to complete what was begun here; it gets into no metadata here.
    """
    seal, metadata = new_seal(), draft.metadata
    metadata = replace(metadata, upload_id=seal.secret, content_etag=seal.token.hex)
    try:
        metadata.to_blob()
    except InvalidMetadata as error:
        raise refusal(metadata.original_name, str(error), field="filename") from error
    home, _ = split_id(draft.name)
    return Draft(
        name=new_blob_name(metadata.original_name, now=metadata.uploaded_at, token=seal.token, home=home),
        metadata=metadata,
    )


def _check(blocks: Sequence[str]) -> None:
    try:
        check_block_ids(blocks)
    except InvalidBlockIds as error:
        raise InvalidUploadError(str(error), errors=[{"field": "blocks", "reason": str(error)}]) from error
