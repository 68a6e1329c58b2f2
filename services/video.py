"""A video, as every room of the house speaks of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from utils.blob_names import parse_blob_name
from utils.metadata import VideoMetadata
from utils.seals import is_sealed, seal_holds

READY, MISSING, CHANGED, REFUSED = "ready", "missing", "changed", "refused"
"""What a video's status can be.

It is missing when its blob has gone, and changed when that has been written over, without passing through here; and
refused when other tools have put a blob into the container that cannot be a video: the catalogue remembers that, and
shows it to nobody.
"""


@dataclass(frozen=True, kw_only=True)
class Video:
    """One video; what is in here is in the blob's properties and metadata too."""

    id: str
    """The blob's name."""
    title: str
    original_name: str
    size: int
    """In bytes."""
    content_type: str
    sha256: str | None
    """Of the whole content, in hex; None when it was not computed."""
    etag: str
    """The version of the record: storage's own ETag, which changes with title and tags."""
    content_etag: str
    """The version of the bytes, which does not."""
    uploaded_at: datetime
    tags: tuple[str, ...] = ()
    status: str = READY
    deleted_at: datetime | None = None
    """When it was put into the trash."""


@dataclass(frozen=True, kw_only=True)
class StoredBlob:
    """A blob as storage describes it."""

    name: str
    size: int
    content_type: str
    etag: str
    created: datetime
    metadata: Mapping[str, str]
    """As storage has it, with names in lower case."""

    @property
    def is_ours(self) -> bool:
        """Whether it was made a video here: whatever else lies in the container has to be checked first."""
        return "content_etag" in self.metadata and not self.lacks_seal

    @property
    def lacks_seal(self) -> bool:
        """Whether a client with a signed URL wrote what is in it, and it was not accepted here: never a video."""
        name = parse_blob_name(self.name)
        return name is not None and is_sealed(name.token) and not seal_holds(name.token, self.metadata.get("upload_id"))


def video_from(blob: StoredBlob) -> Video:
    """The video that a blob of ours is."""
    metadata = VideoMetadata.from_blob(blob.metadata, name=blob.name, created=blob.created)
    return Video(
        id=blob.name,
        title=metadata.title,
        original_name=metadata.original_name,
        size=blob.size,
        content_type=blob.content_type,
        sha256=metadata.sha256,
        etag=blob.etag,
        content_etag=metadata.content_etag or blob.etag,
        uploaded_at=metadata.uploaded_at,
        tags=metadata.tags,
        status=CHANGED if blob.lacks_seal else READY,
        deleted_at=metadata.deleted_at,
    )
