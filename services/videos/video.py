"""A video, as every room of the house speaks of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.videos.about import ABOUT, NOTHING_SAID, About
from services.videos.blob_names import parse_blob_name
from services.videos.direct_upload_names import is_sealed, seal_holds
from services.videos.made import NOTHING_MADE, Made
from services.videos.metadata import VideoMetadata
from services.videos.tier import Tier
from services.videos.video_fields import VideoFields

READY, MISSING, CHANGED, REFUSED = "ready", "missing", "changed", "refused"
"""What a video's status can be.

It is missing when its blob has gone, and changed when that has been written over, without passing through here; and
refused when other tools have put a blob into the container that cannot be a video: the catalogue remembers that, and
shows it to nobody.
"""

UNCHECKED = "unchecked"
"""In the metadata of a copy whose content has not been found right yet: it is no video, and nobody adopts it."""
ACCESS_EPOCH = "access_epoch"
"""In the metadata: what the signed URLs of a video were made for. Another value ends them all; it is no secret."""


@dataclass(frozen=True, kw_only=True)
class Video(VideoFields):
    """One video; what is in here is in the blob's properties and metadata too."""

    id: str
    """The blob's name."""
    size: int
    """In bytes."""
    content_type: str
    etag: str
    """The version of the record: storage's own ETag, which changes with title and tags."""
    content_etag: str
    """The version of the bytes, which does not."""
    status: str = READY
    about: About = NOTHING_SAID
    """What people say about it."""
    about_version: str = field(default="", compare=False)
    """The version of that as the blob names it; empty where nothing is said, or storage was not asked."""
    made: Made = field(default=NOTHING_MADE, compare=False)
    """What has been made of it; nothing where the index was not asked."""
    access_epoch: str | None = field(default=None, compare=False)
    """What its signed URLs are made for; None where storage was not asked."""
    tier: str = Tier.HOT.value
    """How near storage keeps its bytes: a `Tier`, or a word of storage's that is not known here."""
    tier_since: datetime | None = field(default=None, compare=False)
    """When it came into this tier, where storage says so."""
    returning_to: str | None = None
    """The tier that it is being brought back to from the archive."""
    back_by: datetime | None = field(default=None, compare=False)
    """By when that will be done at the latest; None where it was not asked for here."""

    @property
    def is_archived(self) -> bool:
        """Whether its bytes cannot be read now, nor its record written."""
        return self.tier == Tier.ARCHIVE

    @property
    def is_held(self) -> bool:
        """Whether it is on legal hold: nothing of it is deleted (`Act.DELETE`)."""
        return self.held_at is not None


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
    tier: str = ""
    """How near it is kept, in storage's word in lower case; empty where storage has not said."""
    tier_since: datetime | None = None
    returning_to: str | None = None
    """The tier that it is being brought back to from the archive."""

    @property
    def is_ours(self) -> bool:
        """Whether it was made a video here: whatever else lies in the container has to be checked first."""
        return "content_etag" in self.metadata and not self.lacks_seal

    @property
    def is_no_video(self) -> bool:
        """Whether it must not be taken for a video, nor become one by being adopted."""
        return self.lacks_seal or UNCHECKED in self.metadata

    @property
    def is_sealed(self) -> bool:
        """Whether it has the name of a direct upload."""
        return has_sealed_name(self.name)

    @property
    def lacks_seal(self) -> bool:
        """Whether a client with a signed URL wrote what is in it, and it was not accepted here: never a video."""
        name = parse_blob_name(self.name)
        return name is not None and is_sealed(name.token) and not seal_holds(name.token, self.metadata.get("upload_id"))


def has_sealed_name(text: str) -> bool:
    """Whether a blob's name is that of a direct upload."""
    name = parse_blob_name(text)
    return name is not None and is_sealed(name.token)


def video_from(blob: StoredBlob) -> Video:
    """The video that a blob of ours is."""
    metadata = VideoMetadata.from_blob(blob.metadata, name=blob.name, created=blob.created)
    return Video(
        **metadata.shared(),
        id=blob.name,
        size=blob.size,
        content_type=blob.content_type,
        etag=blob.etag,
        content_etag=metadata.content_etag or blob.etag,
        status=CHANGED if blob.lacks_seal else READY,
        about_version=blob.metadata.get(ABOUT, ""),
        access_epoch=blob.metadata.get(ACCESS_EPOCH, ""),
        tier=blob.tier or Tier.HOT.value,
        tier_since=blob.tier_since,
        returning_to=blob.returning_to,
    )
