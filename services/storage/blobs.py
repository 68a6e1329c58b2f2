"""The only door to the storage account: what the app does with containers and blobs, in the app's words."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ServiceResponseError
from azure.storage.blob import BlobBlock, BlobClient, ContainerClient, ContentSettings

from services.storage.client import DAMAGED, TRANSIENT_STATUSES, StorageClient, TimeLimits, error_code, translate
from services.storage.containers import OneContainer, containers_in
from services.storage.errors import (
    BlobChangedError,
    BlobExistsError,
    BlobNotFoundError,
    SourceDamagedError,
    SourceUnavailableError,
    StorageError,
)
from services.storage.signing import BlobSigner
from services.storage.staging import BlockStager

_PROBE_SECONDS = 2.0
_BUSY = "ServerBusy"


@dataclass(frozen=True, kw_only=True)
class BlockSource:
    """Bytes that storage can fetch by itself."""

    url: str = field(repr=False)
    """It lets in whoever has it."""
    offset: int
    size: int
    etag: str | None = None
    """Of the version that is wanted, without quotes; any version where there is none."""
    md5: bytes | None = None
    """Of these bytes, where it is known."""


class BlobStorage:
    """Private containers of one storage account: those of videos, and one for records of what is under way."""

    def __init__(self, client: StorageClient, *, videos: str | OneContainer, records: str) -> None:
        self._client = client
        self._videos = containers_in(videos)
        self.names = (self._videos.plain, records)
        self._signer = BlobSigner(client, container=videos)

    def ping(self, *, seconds: float) -> None:
        """See that the containers are there, creating what is missing; raise `StorageError` if not in time."""
        for name in self.names:
            self._create(self._client.service.get_container_client(name), seconds=seconds)

    def require_available(self) -> None:
        """Raise `StorageUnavailableError` when storage is known to be away; when it may be back, ask it first."""
        if not self._client.circuit.closed:
            self.ping(seconds=_PROBE_SECONDS)

    def prepare(self, id_: str | None = None) -> None:
        """See that the containers are there, before anybody else is let write into them; asks storage once.

        With an id also the one that this new video will lie in: never with an id that a client has chosen.
        """
        for name in self.names:
            self._ensure(name)
        if id_ is not None:
            self._ensure(self._videos.place(id_).container)

    def stager(self, name: str) -> BlockStager:
        """What stages the blocks of the new video `name`: `stage(block_id, data)`; makes its container."""
        self._ensure(self._videos.place(name).container)
        return BlockStager(self._client, self._signer, name)

    def stage_from_url(self, name: str, block_id: str, source: "BlockSource", *, seconds: float | None = None) -> None:
        """Stage bytes from elsewhere as a block, without their passing through here, within so many seconds.

        Raises `StorageUnsupportedError` where storage cannot do that, as Azurite before 3.37; `BlobChangedError`
        where the source is of another version or not there, `SourceDamagedError` where it has another MD5, and
        `SourceUnavailableError` where it fails or is too slow.
        """
        blob = self._video(name, is_new=True)
        headers = {"x-ms-source-if-match": f'"{source.etag}"'} if source.etag else {}

        def stage(within: TimeLimits) -> None:
            try:
                blob.stage_block_from_url(
                    block_id,
                    source.url,
                    source_offset=source.offset,
                    source_length=source.size,
                    source_content_md5=source.md5,
                    headers=headers,
                    **within,
                )
            except (HttpResponseError, ServiceResponseError) as error:
                raise _failure_of_fetching(error) from error

        self._client.call(stage, limit=seconds)

    def commit(
        self,
        name: str,
        block_ids: Sequence[str],
        *,
        content_type: str,
        metadata: Mapping[str, str],
        upload_id: str,
    ) -> str:
        """Make the staged blocks the video `name`, with all that makes it one; returns the blob's ETag.

        Never overwrites: raises `BlobExistsError` when the name is taken by anything but this same upload, whose
        commit may have succeeded although its answer was lost. `metadata` has to hold `upload_id` under that name.
        """
        blob = self._video(name, is_new=True)
        blocks = [BlobBlock(block_id=each) for each in block_ids]
        try:
            answer = self._client.call(
                lambda within: blob.commit_block_list(
                    blocks,
                    content_settings=ContentSettings(content_type=content_type),
                    metadata=dict(metadata),
                    match_condition=MatchConditions.IfMissing,
                    **within,
                ),
                patient=True,
            )
        except (BlobExistsError, BlobChangedError):
            properties = self._client.call(lambda within: blob.get_blob_properties(**within), patient=True)
            if properties.metadata.get("upload_id") != upload_id:
                raise
            return _bare(properties.etag)
        return _bare(answer["etag"])

    def staged(self, name: str) -> dict[str, int]:
        """The blocks staged for `name` and not committed: their sizes by id; empty when there are none."""
        blob = self._video(name)
        try:
            _, blocks = self._client.call(lambda within: blob.get_block_list("uncommitted", **within))
        except BlobNotFoundError:
            return {}
        return {str(block.id): block.size for block in blocks}

    def upload_of(self, name: str) -> str | None:
        """The upload id that `name` was committed with, or None when it is not committed."""
        blob = self._video(name)
        try:
            properties = self._client.call(lambda within: blob.get_blob_properties(**within))
        except BlobNotFoundError:
            return None
        return str(properties.metadata.get("upload_id", ""))

    def read(self, name: str, *, offset: int, size: int) -> bytes:
        """Bytes of a committed blob."""
        blob = self._video(name)
        return self._client.call(
            lambda within: blob.download_blob(offset=offset, length=size, max_concurrency=1, **within).readall()
        )

    def delete(self, name: str, *, seconds: float | None = None) -> None:
        """Delete a video's blob for good; nothing happens when there is none."""
        blob = self._video(name)
        with contextlib.suppress(BlobNotFoundError):
            self._client.call(lambda within: blob.delete_blob(**within), limit=seconds, patient=True)

    def clear_blocks(self, name: str, *, seconds: float) -> None:
        """Free staged blocks that will never be committed, instead of letting them lie for Azure's seven days.

        There is no call for that: an empty block list replaces them, and the empty blob is deleted. It never touches
        a blob that exists.
        """
        blob = self._video(name)
        answer = self._client.call(
            lambda within: blob.commit_block_list([], match_condition=MatchConditions.IfMissing, **within),
            limit=seconds,
            repeat=False,
        )
        self._client.call(
            lambda within: blob.delete_blob(
                etag=str(answer["etag"]), match_condition=MatchConditions.IfNotModified, **within
            ),
            limit=seconds,
        )

    def _video(self, name: str, *, is_new: bool = False) -> BlobClient:
        place = self._videos.place(name)
        # Nothing but a new video makes a person's container: others may name what was never there.
        if is_new or place.container in self.names:
            self._ensure(place.container)
        return place.blob(self._client)

    def _ensure(self, name: str) -> None:
        if name not in self._videos.seen:
            # Several threads may come through here at once; creating twice does no harm.
            self._create(self._client.service.get_container_client(name))
            self._videos.seen |= {name}

    def _create(self, container: ContainerClient, *, seconds: float | None = None) -> None:
        # Asked first, because an identity may be allowed to use the container but not to create one.
        call = self._client.call
        if call(lambda within: container.exists(**within), limit=seconds):
            return
        with contextlib.suppress(BlobExistsError):  # Another process may be faster.
            call(
                lambda within: container.create_container(**within),
                limit=seconds,
            )


def _failure_of_fetching(error: HttpResponseError | ServiceResponseError) -> StorageError:
    """Our error for one while storage fetched: only what says so is storage's own fault.

    Storage is silent, or says that its time is over, while it waits for a slow source.
    """
    code = error_code(error) if isinstance(error, HttpResponseError) else ""
    if code in DAMAGED:
        return SourceDamagedError("Its bytes are not those that its own MD5 names.")
    is_passing = isinstance(error, ServiceResponseError) or error.status_code in TRANSIENT_STATUSES
    if is_passing and code != _BUSY:
        return SourceUnavailableError("Storage has not got in time what it was to copy.")
    return translate(error)


def _bare(etag: object) -> str:
    """An ETag without its quotes."""
    return str(etag).strip('"')
