"""Direct uploads that are not videos yet: a record each, from before their URL is given out until they are checked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.azure_records import ListedRecord, RecordStore
from services.azure_videos import PENDING
from services.errors import NotFoundError
from services.uploads import Draft
from utils.metadata import VideoMetadata
from utils.timestamps import format_timestamp, parse_timestamp


class PendingState(StrEnum):
    """How far a direct upload has got."""

    OPEN = "open"
    """Its bytes are on their way."""
    CHECKED = "checked"
    """It is a video; only the last words are missing."""
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
    state: PendingState = PendingState.OPEN

    def to_bytes(self) -> bytes:
        """The record as it is stored: JSON."""
        return json.dumps(asdict(self), default=_plain, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "PendingUpload":
        """Read a stored record."""
        values: dict[str, Any] = json.loads(content)
        metadata = values["draft"]["metadata"]
        metadata |= {"tags": tuple(metadata["tags"]), "uploaded_at": parse_timestamp(metadata["uploaded_at"])}
        values |= {
            "draft": Draft(name=values["draft"]["name"], metadata=VideoMetadata(**metadata)),
            "expires_at": parse_timestamp(values["expires_at"]),
            "state": PendingState(values["state"]),
        }
        return cls(**values)

    def tags(self) -> Mapping[str, str]:
        """What a list of records shows of this one, so that a sweep need not read them all."""
        return {"expires_at": format_timestamp(self.expires_at)}


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


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return format_timestamp(value)
    raise TypeError(f"{type(value).__name__} cannot be kept in a record.")
