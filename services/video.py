"""A video, as every room of the house speaks of it."""

from dataclasses import dataclass
from datetime import datetime


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
    status: str = "ready"
