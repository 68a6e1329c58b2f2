"""Direct uploads that are not videos yet: a record each, from before their URL is given out until they are checked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.errors import NotFoundError
from services.storage.records import ListedRecord, RecordStore
from services.storage.videos import PENDING
from services.uploads.uploads import Draft
from utils.timestamps import format_timestamp, parse_timestamp
from utils.tolerant_records import kept


class PendingState(StrEnum):
    """How far a direct upload has got."""

    OPEN = "open"
    """Its bytes are on their way."""
    CHECKED = "checked"
    """Its content was found right: nothing can take back the video that it is, or is about to be."""
    ENDED = "ended"
    """It was refused or given up. The record stays until no URL is valid any more, so that nothing can slip in."""


@dataclass(frozen=True, kw_only=True)
class PendingUpload:
    """What was promised about a direct upload."""

    draft: Draft
    size: int
    """In bytes."""
    client_ip: str | None
    """The only address that may use its URL."""
    expires_at: datetime
    """When the upload and its record end."""
    url_ends_at: datetime | None = None
    """When its newest URL ends; None once nothing can come any more, and in records of earlier versions."""
    becomes: str | None = None
    """The name of the video that it is copied to; None before that is begun.

    Earlier versions copied nothing: what they have checked is a video under the upload's own name.
    """
    state: PendingState = PendingState.OPEN
    origin: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """The record as it was read: what only another version knows is written back."""

    def to_bytes(self) -> bytes:
        """The record as it is stored: JSON."""
        ends = None if self.url_ends_at is None else format_timestamp(self.url_ends_at)
        # Versions before the last two of these refuse a record that has more fields than they know, except in here.
        draft = self.draft.to_record() | {"becomes": self.becomes, "url_ends_at": ends}
        values = {
            "draft": draft,
            "size": self.size,
            "client_ip": self.client_ip,
            "expires_at": format_timestamp(self.expires_at),
            "state": self.state,
        }
        return json.dumps(kept(self.origin, values), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "PendingUpload":
        """Read a stored record, of this version or another."""
        origin: dict[str, Any] = json.loads(content)
        draft = origin["draft"]
        ends = draft.get("url_ends_at")
        return cls(
            draft=Draft.from_record(draft),
            size=origin["size"],
            client_ip=origin.get("client_ip"),
            becomes=draft.get("becomes"),
            url_ends_at=parse_timestamp(ends) if ends else None,
            expires_at=parse_timestamp(origin["expires_at"]),
            state=PendingState(origin.get("state", PendingState.OPEN)),
            origin=origin,
        )

    def tags(self) -> Mapping[str, str]:
        """What a list of records shows of this one, so that a sweep need not read them all."""
        ends = {"url_ends_at": format_timestamp(self.url_ends_at)} if self.url_ends_at else {}
        return {"expires_at": format_timestamp(self.expires_at)} | ends


@dataclass(frozen=True)
class PendingVersion:
    """A record as it was read."""

    upload: PendingUpload
    etag: str


class PendingUploads:
    """The records of all direct uploads."""

    def __init__(self, store: RecordStore) -> None:
        self._store = store

    def create(self, upload: PendingUpload) -> None:
        """Write a new upload's record."""
        self._store.create(PENDING + upload.draft.name, upload.to_bytes(), tags=upload.tags())

    def read(self, name: str) -> PendingVersion:
        """The newest version; raises `NotFoundError`."""
        stored = self._store.read(PENDING + name)
        if stored is None:
            raise NotFoundError("There is no such upload. It may have been ended, or have expired.")
        return PendingVersion(PendingUpload.from_bytes(stored.content), stored.etag)

    def replace(self, version: PendingVersion, upload: PendingUpload) -> PendingVersion:
        """Write the next version; raises `BlobChangedError` when somebody else has done so."""
        name = PENDING + upload.draft.name
        etag = self._store.replace(name, upload.to_bytes(), etag=version.etag, tags=upload.tags())
        return PendingVersion(upload, etag)

    def delete(self, name: str) -> None:
        """Forget the upload."""
        self._store.delete(PENDING + name)

    def list(self) -> Iterator[tuple[str, ListedRecord]]:
        """The names of all uploads, with what the list says of them."""
        for listed in self._store.list(PENDING):
            yield listed.name.removeprefix(PENDING), listed
