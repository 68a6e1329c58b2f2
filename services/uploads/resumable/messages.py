"""What a client says to the resumable door, and what it is told."""

from dataclasses import dataclass
from datetime import datetime

from services.uploads.body_reader import IncomingBody
from services.uploads.resumable.record import Kind, UploadRecord
from services.uploads.uploads import Candidate
from utils.tus import Checksum


@dataclass(frozen=True, kw_only=True)
class Creation:
    """What a client says of a new upload."""

    candidate: Candidate
    metadata_header: str = ""


@dataclass(frozen=True, kw_only=True)
class Patch:
    """Bytes for an upload that exists."""

    offset: int
    body: IncomingBody
    size: int | None
    """How many bytes the body says it has."""
    length: int | None = None
    """The length of the whole upload, when this request is the one that declares it."""
    checksum: Checksum | None = None


@dataclass(frozen=True, kw_only=True)
class UploadStatus:
    """How far an upload has got."""

    id: str
    kind: Kind
    offset: int
    length: int | None
    metadata_header: str
    pieces: tuple[str, ...]
    expires_at: datetime
    video_id: str | None
    """The video that it has become."""


def status_of(record: UploadRecord) -> UploadStatus:
    """What a client is told of an upload."""
    return UploadStatus(
        id=record.id,
        kind=record.kind,
        offset=record.offset,
        length=record.length,
        metadata_header=record.metadata_header,
        pieces=record.pieces,
        expires_at=record.expires_at,
        video_id=record.draft.name if record.finished and record.kind != "partial" else None,
    )
