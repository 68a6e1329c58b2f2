"""What is said of a video wherever it stands: in its blob, in the record of its upload, and in every room here."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from services.actors.policy import Visibility
from services.videos.clip_of import ClipOf

FIRST_OWNER = "system"
"""Whose a video is that came before there were accounts, or by nobody in particular."""


@dataclass(frozen=True, kw_only=True)
class VideoFields:
    """Fields of a video that its blob's metadata keeps, each declared here alone."""

    title: str
    original_name: str
    sha256: str | None = None
    """Of the whole content, in hex; None where nobody has computed it yet."""
    uploaded_at: datetime
    tags: tuple[str, ...] = ()
    deleted_at: datetime | None = None
    """When it was put into the trash."""
    held_at: datetime | None = None
    """When it was put on legal hold; None where it is on none.

    Why stands beside the video: whoever may read the blob reads its metadata.
    """
    owner: str = FIRST_OWNER
    """The id of the account that it belongs to."""
    visibility: Visibility = Visibility.TEAM
    """Who may see it besides."""
    collections: tuple[str, ...] = ()
    """The ids of the collections that it is in."""
    processing: tuple[str, ...] | None = None
    """The kinds of work that are done to it by themselves, where its uploader has chosen; None for the usual ones."""
    clip: ClipOf | None = None
    """What it was taken from, where it is a clip."""

    def shared(self) -> dict[str, Any]:
        """These fields by their names."""
        return {name: getattr(self, name) for name in _NAMES}


_NAMES = tuple(each.name for each in fields(VideoFields))
