"""Copies inside the account, from a blob that a client could write to one that only this server ever could."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from azure.core import MatchConditions
from azure.storage.blob import BlobClient, BlobLeaseClient, BlobProperties, ContentSettings, StandardBlobTier

from services.storage.client import StorageClient
from services.storage.containers import OneContainer, containers_in
from services.storage.errors import BlobChangedError, BlobExistsError, BlobNotFoundError
from services.storage.signing import BlobSigner

# Storage may ask for the signature until the copy has ended.
_SOURCE_SIGNED_FOR = timedelta(days=6)
_DISCARDS = 5


@dataclass(frozen=True, kw_only=True)
class BlobState:
    """What storage says of a blob that a client has written, or of a copy of it."""

    name: str
    """What it is called by here: the id of a video, or as one."""
    size: int
    """In bytes."""
    kind: str
    """Such as `BlockBlob`."""
    is_archived: bool
    has_own_tier: bool
    """Whether its tier was chosen for it, and is not just the account's."""
    etag: str
    metadata: Mapping[str, str]
    """With names in lower case."""
    copying: str | None
    """How far the last copy into it is: `pending`, `success`, `failed` or `aborted`."""

    @property
    def is_block_blob(self) -> bool:
        """Whether it is of the kind that videos are: a copy keeps the kind, and others can be written in place."""
        return self.kind == "BlockBlob"


class BlobCopies:
    """Copies of the blobs that videos are, by their ids. Raises `StorageError`s."""

    def __init__(self, client: StorageClient, signer: BlobSigner, *, container: str | OneContainer) -> None:
        self._client = client
        self._signer = signer
        self._containers = containers_in(container)

    def look(self, name: str) -> BlobState | None:
        """The blob of that name as it is now, or None when there is none."""
        blob = self._blob(name)
        try:
            return _state(self._client.call(lambda within: blob.get_blob_properties(**within)), id_=name)
        except BlobNotFoundError:
            return None

    def start(self, source: BlobState, target: str, *, metadata: Mapping[str, str]) -> None:
        """Begin to copy that version of `source` to `target`, which gets this metadata instead of the source's.

        Nothing happens when `target` is there already. Raises `BlobChangedError` when the source has changed.
        `metadata` must not be empty: storage would copy the source's.
        """
        blob = self._blob(target)
        # With an identity the source has to be signed; a key opens all of its account, and a URL that is not signed
        # tells nothing to those who read where a blob was copied from.
        url = self._blob(source.name).url
        if self._client.has_identity:
            url = self._signer.own_url(source.name, until=datetime.now(UTC) + _SOURCE_SIGNED_FOR)
        with contextlib.suppress(BlobExistsError):
            self._client.call(
                lambda within: blob.start_copy_from_url(
                    url,
                    metadata=dict(metadata),
                    source_etag=f'"{source.etag}"',
                    source_match_condition=MatchConditions.IfNotModified,
                    match_condition=MatchConditions.IfMissing,
                    # What tier a client has asked for is not the client's to say.
                    standard_blob_tier=StandardBlobTier.HOT if source.has_own_tier else None,
                    **within,
                )
            )

    def set_content_type(self, name: str, content_type: str, *, etag: str) -> str:
        """Give that version of a blob this type and no other settings; returns its new ETag.

        Where it was copied from is forgotten, too.
        """
        blob = self._blob(name)
        answer = self._client.call(
            lambda within: blob.set_http_headers(
                ContentSettings(content_type=content_type),
                etag=f'"{etag}"',
                match_condition=MatchConditions.IfNotModified,
                **within,
            )
        )
        return str(answer["etag"]).strip('"')

    def committed_bytes(self, name: str) -> int:
        """How much is committed under that name, snapshots included."""
        return sum(self._client.call(lambda _within: self._sizes(name, "snapshots")))

    def is_anything(self, name: str) -> bool:
        """Whether storage holds anything by that name: a blob, a snapshot, or blocks that are staged for it."""
        return bool(self._client.call(lambda _within: self._sizes(name, "snapshots", "uncommittedblobs")))

    def discard(self, name: str) -> None:
        """Delete a blob for good with its snapshots, whoever has leased it; nothing happens when there is none."""
        blob = self._blob(name)
        for left in reversed(range(_DISCARDS)):
            try:
                self._client.call(lambda within: blob.delete_blob("include", **within), patient=True)
            except BlobNotFoundError:
                return
            except BlobChangedError:
                if left == 0:
                    raise
                self._release(blob)  # And again: whoever holds a URL may lease it once more.
            else:
                return

    def _sizes(self, name: str, *include: str) -> list[int]:
        place = self._containers.place(name)
        found = place.holder(self._client).list_blobs(name_starts_with=place.name, include=list(include))
        return [blob.size or 0 for blob in found if blob.name == place.name]

    def _release(self, blob: BlobClient) -> None:
        """End what keeps a blob from being deleted: a lease, or a copy into it."""
        try:
            properties = self._client.call(lambda within: blob.get_blob_properties(**within))
        except BlobNotFoundError:
            return
        with contextlib.suppress(BlobChangedError, BlobNotFoundError):
            if properties.copy.status == "pending":
                self._client.call(lambda within: blob.abort_copy(str(properties.copy.id), **within))
        with contextlib.suppress(BlobChangedError, BlobNotFoundError):
            if properties.lease.state not in {None, "available", "broken", "expired"}:
                self._client.call(lambda within: BlobLeaseClient(blob).break_lease(0, **within))

    def _blob(self, name: str) -> BlobClient:
        return self._containers.place(name).blob(self._client)


def _state(properties: BlobProperties, *, id_: str) -> BlobState:
    tier = str(properties.blob_tier or "")
    return BlobState(
        name=id_,
        size=properties.size,
        kind=str(getattr(properties.blob_type, "value", properties.blob_type)),
        is_archived=tier == "Archive",
        has_own_tier=bool(tier) and not properties.blob_tier_inferred,
        etag=str(properties.etag).strip('"'),
        metadata={name.lower(): value for name, value in (properties.metadata or {}).items()},
        copying=properties.copy.status,
    )
