"""What happens to videos, and to what is made of them."""

from datetime import datetime

import msgspec

from services.actors.policy import Visibility
from services.events.event import Event
from services.videos.video import Video


class AccessBefore(msgspec.Struct, frozen=True, kw_only=True):
    """What decides who may see a video."""

    id: str
    owner: str
    visibility: Visibility
    collections: tuple[str, ...]

    @property
    def is_held(self) -> bool:
        """It decides about seeing alone."""
        return False


def access_of(video: Video) -> AccessBefore:
    """What decides about this one."""
    return AccessBefore(id=video.id, owner=video.owner, visibility=video.visibility, collections=video.collections)


class VideoEvent(Event, frozen=True, kw_only=True):
    """Something about one video, which is as it was just after."""

    video: Video

    @property
    def subject(self) -> str:
        """The video's id."""
        return self.video.id


class VideoUploaded(VideoEvent, frozen=True, kw_only=True, tag="video.uploaded"):
    """A video has come in."""

    @property
    def key(self) -> str:
        """Every video comes in once."""
        return self.video.id


class VideoVersionEvent(VideoEvent, frozen=True, kw_only=True):
    """Something that has given the video's record another ETag."""

    @property
    def key(self) -> str:
        """Each change has an ETag of its own."""
        return f"{self.video.id} {self.video.etag}"


class VideoChanged(VideoVersionEvent, frozen=True, kw_only=True, tag="video.changed"):
    """Title, tags, owner, visibility or what is said about it are others; or its content was written over elsewhere."""

    @property
    def key(self) -> str:
        """Words about it have versions of their own: they are written just after the ETag has changed."""
        return f"{super().key} {self.video.about.version}".rstrip()

    before: AccessBefore | None = None
    """Who could see it before, where others can now."""
    new_artists: tuple[str, ...] | None = None
    """The ids of the artists whose it was not before. None where that is not known: the change was found, and not made,
    or the version before has told of it.
    """


class VideoTrashed(VideoVersionEvent, frozen=True, kw_only=True, tag="video.trashed"):
    """It was put into the trash."""


class VideoRestored(VideoVersionEvent, frozen=True, kw_only=True, tag="video.restored"):
    """It was taken out of the trash."""


class VideoHeld(VideoVersionEvent, frozen=True, kw_only=True, tag="video.held"):
    """It was put on legal hold, or the hold has another reason."""


class VideoReleased(VideoVersionEvent, frozen=True, kw_only=True, tag="video.released"):
    """Its legal hold was lifted."""


class VideoPurged(VideoVersionEvent, frozen=True, kw_only=True, tag="video.purged"):
    """It is gone for good, as it was meant to be."""


class VideoAdopted(VideoVersionEvent, frozen=True, kw_only=True, tag="video.adopted"):
    """A blob that other tools have put into the container has become a video."""


class VideoMissing(VideoVersionEvent, frozen=True, kw_only=True, tag="video.missing"):
    """Its content has gone from storage, and nobody here has deleted it."""


class AboutVideo(Event, frozen=True, kw_only=True):
    """Something about a video that leaves the video itself as it is."""

    video_id: str

    @property
    def subject(self) -> str:
        """The video's id."""
        return self.video_id


class VideoDamaged(AboutVideo, frozen=True, kw_only=True, tag="video.damaged"):
    """Its content in storage is not what it was."""

    expected: str
    """The SHA-256 that it should have."""
    found: str


class ProcessingEvent(AboutVideo, frozen=True, kw_only=True):
    """A job makes something of the video."""

    kind: str
    """What is made: `poster`, `storyboard`, `hls`, `captions`…"""
    job_id: str


class ProcessingStarted(ProcessingEvent, frozen=True, kw_only=True, tag="video.processing.started"):
    """A worker has begun."""


class ProcessingCompleted(ProcessingEvent, frozen=True, kw_only=True, tag="video.processing.completed"):
    """What was to be made is there."""


class ProcessingFailed(ProcessingEvent, frozen=True, kw_only=True, tag="video.processing.failed"):
    """It could not be made, and is not tried again by itself."""

    error: str = ""
    """In words for people."""


class ClipCreated(Event, frozen=True, kw_only=True, tag="clip.created"):
    """There is a clip of a video."""

    clip_id: str
    video_id: str
    start: float
    end: float

    @property
    def subject(self) -> str:
        """The clip's id."""
        return self.clip_id

    @property
    def key(self) -> str:
        """Every clip is made once."""
        return self.clip_id


class CaptionsChanged(AboutVideo, frozen=True, kw_only=True, tag="captions.changed"):
    """A caption track was written or deleted."""

    language: str
    kind: str = "captions"
    origin: str = "edited"
    """`auto`, `edited` or `uploaded`; `deleted` when the track is gone."""


class SignChanged(AboutVideo, frozen=True, kw_only=True, tag="sign.changed"):
    """A sign track was set or taken away."""

    language: str
    sign_video_id: str | None = None
    """None when there is none any more."""


class TierChanged(AboutVideo, frozen=True, kw_only=True, tag="tier.changed"):
    """The video is stored in another tier."""

    tier: str
    before: str | None = None
    since: datetime | None = None
    """When that was, as storage says it."""

    @property
    def key(self) -> str | None:
        """Whoever finds it says the same: storage remembers when it was."""
        return None if self.since is None else f"{self.video_id} {self.tier} {self.since.isoformat()}"
