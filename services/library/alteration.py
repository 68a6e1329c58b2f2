"""What a change of a video comes to: the metadata that is written for it, and the event that it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.actors.policy import Act
from services.events.videos import VideoChanged, VideoEvent, access_of
from services.library.errors import InvalidChangeError
from services.videos.metadata import InvalidMetadata, VideoMetadata
from services.videos.metadata_room import fitted
from services.videos.video import StoredBlob, Video

Alter = Callable[[VideoMetadata], VideoMetadata]
"""Makes of what a blob says of its video what it is to say."""


@dataclass(frozen=True, kw_only=True)
class Alteration:
    """What is to be written down about a video."""

    alter: Alter = lambda known: known
    act: Act = Act.EDIT
    """What whoever wants it must be allowed to do to the video."""
    says: type[VideoEvent] | None = None
    """The event that it is."""
    others: Mapping[str, str] = field(default_factory=dict)
    """More that the metadata is to say, as it stands there."""
    words: Mapping[str, Any] = field(default_factory=dict)
    """What is to be said beside the video, of the fields of `About`."""


@dataclass(frozen=True, kw_only=True)
class Worded:
    """A video that has been written to storage, with what is said about it."""

    video: Video
    new_artists: tuple[str, ...] = ()
    """The ids of those whose it was not before."""


def event_of(says: type[VideoEvent] | None, worded: Worded, before: Video | None) -> VideoEvent | None:
    """The event that the change of a video is."""
    video = worded.video
    if says is not VideoChanged:
        return None if says is None else says(video=video)
    access = None if before is None or access_of(before) == access_of(video) else access_of(before)
    return VideoChanged(video=video, before=access, new_artists=worded.new_artists)


def altered(alter: Alter, blob: StoredBlob, before: Video) -> dict[str, str]:
    """The metadata of the blob once it is altered; raises `InvalidChangeError` where there is no room for that."""
    known = VideoMetadata.from_blob(blob.metadata, name=blob.name, created=before.uploaded_at)
    wanted = alter(known)
    if (wanted.deleted_at, wanted.held_at) != (known.deleted_at, known.held_at):
        # Deleting and restoring are never refused for want of room, nor is a legal hold.
        return fitted(wanted, blob.metadata, name=blob.name, created=blob.created)
    try:
        return wanted.written_over(blob.metadata)
    except InvalidMetadata as error:
        raise InvalidChangeError(str(error)) from error


def quoted(if_match: str | None) -> str | None:
    """Let a client send the `etag` of the JSON as it stands there, without the quotes that HTTP asks for."""
    if if_match is None or '"' in if_match or if_match.strip() == "*":
        return if_match
    return f'"{if_match.strip()}"'
