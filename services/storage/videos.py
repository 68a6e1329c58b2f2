"""The videos in storage, one by one and all of them: what is known of them, and how that is changed."""

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from azure.core import MatchConditions
from azure.storage.blob import (
    BlobClient,
    BlobLeaseClient,
    BlobProperties,
    ContainerClient,
    RehydratePriority,
    StandardBlobTier,
)

from services.storage.client import StorageClient, TimeLimits
from services.storage.containers import VideoContainers
from services.storage.errors import BlobChangedError, BlobNotFoundError
from services.videos.homes import PLAIN, can_be_plain, id_at
from services.videos.tier import Priority, Tier, returning_to
from services.videos.video import StoredBlob, has_sealed_name

PENDING = "direct/"
"""Where the records of direct uploads lie: while `direct/<name>` exists, the blob `<name>` is no video yet."""

log = logging.getLogger(__name__)

T = TypeVar("T")

_PAGE = 5000
_PAGE_SECONDS = 60


class VideoBlobs:
    """The blobs that videos are, by their ids. Raises `StorageError`s."""

    def __init__(self, client: StorageClient, *, videos: str | VideoContainers, records: str) -> None:
        self._client = client
        self._videos = VideoContainers(videos) if isinstance(videos, str) else videos
        self._records = records

    def describe(self, name: str) -> StoredBlob:
        """What storage knows of one blob; raises `BlobNotFoundError`."""
        blob = self._blob(name)
        return _stored(self._client.call(lambda within: blob.get_blob_properties(**within)), id_=name)

    def set_metadata(self, name: str, metadata: Mapping[str, str], *, etag: str) -> str:
        """Replace a blob's metadata if it still has that ETag; returns its new one, or raises `BlobChangedError`."""
        blob = self._blob(name)
        answer = self._despite_lease(
            blob,
            lambda within: blob.set_blob_metadata(
                dict(metadata),
                etag=f'"{etag}"',
                match_condition=MatchConditions.IfNotModified,
                **within,
            ),
        )
        return str(answer["etag"]).strip('"')

    def set_content_type(self, name: str, content_type: str, *, etag: str) -> str:
        """Replace a blob's content type if it still has that ETag; returns its new one."""
        blob = self._blob(name)

        def change(within: TimeLimits) -> Mapping[str, object]:
            # Whatever is not given is cleared, so the other settings go along.
            settings = blob.get_blob_properties(**within).content_settings
            settings.content_type = content_type
            return blob.set_http_headers(
                settings, etag=f'"{etag}"', match_condition=MatchConditions.IfNotModified, **within
            )

        return str(self._client.call(change)["etag"]).strip('"')

    def set_tier(self, name: str, tier: Tier, *, priority: Priority = Priority.STANDARD) -> None:
        """Keep a blob in another tier; its ETag stays. Out of the archive this takes hours, by the priority.

        Raises `BlobNotFoundError`, `BlobArchivedError` where it is on its way out of the archive already, and
        `StorageError` where the account does not have the tier.
        """
        blob, urgency = self._blob(name), RehydratePriority(priority.value.capitalize())
        self._client.call(
            lambda within: blob.set_standard_blob_tier(
                StandardBlobTier(tier.value.capitalize()), rehydrate_priority=urgency, **within
            )
        )

    def head(self, name: str, length: int, *, etag: str | None = None) -> bytes:
        """The first bytes of a blob that is not empty; with an ETag, of that version (else `BlobChangedError`)."""
        blob = self._blob(name)
        condition: dict[str, Any] = {}
        if etag is not None:
            condition = {"etag": f'"{etag}"', "match_condition": MatchConditions.IfNotModified}

        def fetch(within: TimeLimits) -> bytes:
            return blob.download_blob(0, length, **within, encoding=None, **condition).readall()

        return self._client.call(fetch)

    def delete(self, name: str, *, etag: str) -> None:
        """Delete a blob for good, with its snapshots, if it still has that ETag.

        Raises `BlobChangedError` or `BlobNotFoundError`.
        """
        blob = self._blob(name)
        self._despite_lease(
            blob,
            lambda within: blob.delete_blob(
                "include", etag=f'"{etag}"', match_condition=MatchConditions.IfNotModified, **within
            ),
        )

    def homes(self) -> list[str]:
        """All homes that videos may have, the plain one first; asks storage once."""
        return self._videos.homes(self._client)

    def pages(self, home: str = PLAIN, *, size: int = _PAGE) -> Iterator[list[StoredBlob]]:
        """All committed blobs of a home in pages, by id; each page is asked for when the iterator is."""
        container = self._client.service.get_container_client(self._videos.container(home))
        token: str | None = None
        while True:
            try:
                listed, token = self._client.call(partial(_page, container, token, size))
            except BlobNotFoundError:
                if home == PLAIN:
                    raise
                return  # Somebody has taken the container away.
            yield [_stored(each, id_=id_at(home, each.name)) for each in listed if home or _can_be_plain(each.name)]
            if not token:
                return

    def is_pending(self, name: str) -> bool:
        """Whether a direct upload of that name has not been checked yet."""
        record = self._client.service.get_blob_client(self._records, PENDING + name)
        return self._client.call(lambda within: record.exists(**within))

    def unchecked_names(self) -> frozenset[str]:
        """The names of all direct uploads that have not been checked yet."""
        container = self._client.service.get_container_client(self._records)
        try:
            names = self._client.call(
                lambda within: list(container.list_blob_names(name_starts_with=PENDING, **within))
            )
        except BlobNotFoundError:
            return frozenset()  # No container yet, and so no record.
        return frozenset(name.removeprefix(PENDING) for name in names)

    def _despite_lease(self, blob: BlobClient, operation: Callable[[TimeLimits], T]) -> T:
        """Call the operation, and again when a lease was in its way that only a client could have taken.

        Earlier versions made videos of the very blobs that clients could lease; nobody else leases those.
        """
        try:
            return self._client.call(operation)
        except BlobChangedError:
            if not has_sealed_name(blob.blob_name):
                raise
            properties = self._client.call(lambda within: blob.get_blob_properties(**within))
            if properties.lease.state != "leased":
                raise
        self._client.call(lambda within: BlobLeaseClient(blob).break_lease(0, **within))
        return self._client.call(operation)

    def _blob(self, name: str) -> BlobClient:
        return self._videos.place(name).blob(self._client)


class _Pages(Protocol):
    """What the SDK documents of its page iterators, and does not declare."""

    continuation_token: str | None

    def __next__(self) -> Iterator[BlobProperties]: ...


def _page(
    container: ContainerClient, token: str | None, size: int, _within: TimeLimits
) -> tuple[list[BlobProperties], str | None]:
    listing = container.list_blobs(include=["metadata"], results_per_page=size, timeout=_PAGE_SECONDS)
    pages = cast("_Pages", listing.by_page(token))
    try:
        found = list(next(pages))
    except StopIteration:
        return [], None
    return found, pages.continuation_token


def _can_be_plain(name: str) -> bool:
    if can_be_plain(name):
        return True
    log.warning("%r in the container has a name that only videos elsewhere have: it is no video", name[:200])
    return False


def _stored(properties: BlobProperties, *, id_: str) -> StoredBlob:
    return StoredBlob(
        name=id_,
        size=properties.size,
        content_type=properties.content_settings.content_type or "",
        etag=str(properties.etag).strip('"'),
        created=properties.creation_time,
        metadata={name.lower(): value for name, value in (properties.metadata or {}).items()},
        tier=str(getattr(properties.blob_tier, "value", properties.blob_tier) or "").lower(),
        tier_since=properties.blob_tier_change_time,
        returning_to=returning_to(properties.archive_status),
    )
