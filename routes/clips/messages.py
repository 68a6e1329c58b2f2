"""Clips as the API shows and takes them, in our words and in those that clients of clip services know."""

from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import quote

from flask import request
from msgspec import Meta, Struct
from msgspec.structs import asdict, replace

from routes.http.openapi.parameters import AN_ID
from routes.jobs.messages import JOB, JobMessage, job_message
from routes.library.messages import Time
from services.clips.clips import Clip
from services.clips.errors import InvalidClipError, invalid
from services.clips.wishes import MOST_AT_ONCE, ClipWish
from services.media.job_kinds import POSTER
from services.videos.clip_of import SHORTEST
from utils.timestamps import format_timestamp
from utils.validators import MAX_TITLE

_Moment = Annotated[float, Meta(ge=0, description="In seconds of the film.")]
_AsTheGuide = Annotated[float, Meta(ge=0, description="The same in another word; what is said above counts.")]
_Title = Annotated[str, Meta(max_length=MAX_TITLE)]


class NewClip(Struct, frozen=True, kw_only=True):
    """A part of a film that is to become a clip."""

    start: _Moment | None = None
    end: Annotated[float, Meta(ge=0, description=f"At least {SHORTEST} s after the start.")] | None = None
    title: Annotated[_Title | None, Meta(description="Else it is named after its film and its times.")] = None
    exact: Annotated[
        bool,
        Meta(
            description="Whether just these pictures are wanted, encoded anew. Else it begins with the last key frame "
            "at or before the start, and nothing is lost."
        ),
    ] = False
    start_time: _AsTheGuide | None = None
    end_time: _AsTheGuide | None = None


class NewClips(Struct, frozen=True, kw_only=True):
    """Several of them."""

    clips: Annotated[tuple[NewClip, ...], Meta(min_length=1, max_length=MOST_AT_ONCE)]


class NewSupercut(Struct, frozen=True, kw_only=True):
    """Clips that are to become one film."""

    ids: Annotated[tuple[str, ...], Meta(min_length=1, max_length=50, description="In their order.")]
    title: _Title | None = None


class ClipLinks(Struct, frozen=True, kw_only=True):
    """Addresses of a clip, relative to the server; `video` is its film, at the second where the clip begins."""

    self: str
    content: str
    page: str
    video: str | None


class ClipMessage(Struct, frozen=True, kw_only=True):
    """One clip."""

    id: Annotated[str, Meta(description="A video's id, once it has been cut.")]
    video_id: Annotated[str | None, Meta(description="The film's; null for what was put together of several.")]
    start: Annotated[float, Meta(description="As it was asked for, in seconds of the film.")]
    end: float
    title: str
    state: Literal["ready", "missing", "changed", "queued", "running", "failed", "cancelled"]
    error: Annotated[str | None, Meta(description="Why it could not be cut.")]
    job: Annotated[str | None, Meta(description="The id of the job that cuts it, until that is done.")]
    size: Annotated[int | None, Meta(description="In bytes; null until it has been cut.")]
    duration: Annotated[float | None, Meta(description="What came of it, in seconds; null until it is known.")]
    links: ClipLinks
    start_time: float
    end_time: float
    file_size: int | None
    blob_url: Annotated[
        str | None,
        Meta(description="As `access-url` gives it, for 24 hours: in answers about one clip, to who may download it."),
    ]
    thumbnail_url: str | None


class ClipMetadata(ClipMessage, frozen=True, kw_only=True):
    """All that is known of a clip."""

    probe: Annotated[dict[str, float | int | str | bool | None], Meta(description="What is inside.")]
    tier: Annotated[str | None, Meta(description="Where its bytes lie: hot, cool, cold or archive.")]
    content_type: str | None
    sha256: str | None
    created_at: Time | None
    created_by: Annotated[str | None, Meta(description="The id of the account that took it, where that is known.")]
    thumbnail: str | None


class ClipList(Struct, frozen=True, kw_only=True):
    """A page of a film's clips, the oldest first; what is still being cut stands at the end."""

    clips: tuple[ClipMessage, ...]
    next: str | None


class ClipAndJob(Struct, frozen=True, kw_only=True):
    """A clip that is being cut."""

    clip: ClipMessage
    job: JobMessage


class ClipsAndJobs(Struct, frozen=True, kw_only=True):
    """Clips that are being cut, and their jobs in the same order."""

    clips: tuple[ClipMessage, ...]
    jobs: tuple[JobMessage, ...]


def wish_of(asked: NewClip, *, place: str = "") -> ClipWish:
    """What is asked for; raises `InvalidClipError`, which names the field, behind its `place` in a list."""
    start = asked.start if asked.start is not None else asked.start_time
    end = asked.end if asked.end is not None else asked.end_time
    if start is None or end is None:
        raise invalid(f"{place}{'start' if start is None else 'end'}", "Expected a number of seconds")
    return ClipWish(start=start, end=end, title=asked.title, exact=asked.exact)


def wishes_of(asked: Sequence[NewClip]) -> list[ClipWish]:
    """The same of several."""
    return [wish_of(each, place=f"clips[{number}].") for number, each in enumerate(asked)]


def clip_message(clip: Clip, *, blob_url: str | None = None) -> ClipMessage:
    """A clip as the API shows it."""
    id_, source, video = quote(clip.id), clip.source, clip.video
    start = source.start if source else 0.0
    duration = video.made.duration if video else None
    end = source.end if source else duration or 0.0
    return ClipMessage(
        id=clip.id,
        video_id=source.video_id if source else None,
        start=start,
        end=end,
        title=clip.title,
        state=clip.state,  # type: ignore[arg-type]  # Of videos and of jobs that are not done.
        error=clip.job.error if clip.job else None,
        job=clip.job.id if clip.job else None,
        size=video.size if video else None,
        duration=duration,
        links=ClipLinks(
            self=f"/api/clips/{id_}",
            content=f"/api/videos/{id_}/content",
            page=f"/videos/{id_}",
            video=film_address(source.video_id, start) if source else None,
        ),
        start_time=start,
        end_time=end,
        file_size=video.size if video else None,
        blob_url=blob_url,
        thumbnail_url=_thumbnail(clip),
    )


def clip_metadata(clip: Clip, *, blob_url: str | None, tier: str | None) -> ClipMetadata:
    """All that is known of a clip."""
    video, source = clip.video, clip.source
    made = video.made if video else None
    names = ("duration", "width", "height", "has_audio", "video_codec", "audio_codec", "loudness")
    message = clip_message(clip, blob_url=blob_url)
    return ClipMetadata(
        **asdict(message),
        probe={name: getattr(made, name) for name in names} if made else {},
        tier=tier,
        content_type=video.content_type if video else None,
        sha256=video.sha256 if video else None,
        created_at=format_timestamp(video.uploaded_at) if video else None,
        created_by=source.by if source else (video.owner if video else None),
        thumbnail=message.thumbnail_url,
    )


def clip_and_job(clip: Clip) -> ClipAndJob:
    """A clip that has just been asked for."""
    if clip.job is None:
        raise InvalidClipError("Nothing is being cut.")
    return ClipAndJob(clip=clip_message(clip), job=job_message(clip.job))


def film_address(video_id: str, start: float) -> str:
    """The page of a film, which opens at that second."""
    at = f"{start:.3f}".rstrip("0").rstrip(".")
    return f"/videos/{quote(video_id)}?t={at}#t={at}"


def _thumbnail(clip: Clip) -> str | None:
    version = clip.video.made.version(POSTER) if clip.video else None
    host = request.host_url.rstrip("/")
    return None if version is None else f"{host}/api/videos/{quote(clip.id)}/poster?v={version}"


A_CLIP = AN_ID.replace("20261120", "clip_20261120").replace("holiday-film", "the-boat")
CLIP = ClipMessage(
    id=A_CLIP,
    video_id=AN_ID,
    start=12.5,
    end=22.5,
    title="The boat",
    state="ready",
    error=None,
    job=None,
    size=1_250_000,
    duration=10.4,
    links=ClipLinks(
        self=f"/api/clips/{A_CLIP}",
        content=f"/api/videos/{A_CLIP}/content",
        page=f"/videos/{A_CLIP}",
        video=f"/videos/{AN_ID}?t=12.5#t=12.5",
    ),
    start_time=12.5,
    end_time=22.5,
    file_size=1_250_000,
    blob_url=f"https://reelgate.example/s/access/{A_CLIP}?expires=1795248912&…",
    thumbnail_url=f"https://reelgate.example/api/videos/{A_CLIP}/poster?v=3f0c9d1e8a7b4c5d",
)
CUTTING_JOB = replace(JOB, kind="clip", progress=0.0)
CUTTING = replace(
    CLIP, state="queued", job=JOB.id, size=None, duration=None, file_size=None, blob_url=None, thumbnail_url=None
)
METADATA = ClipMetadata(
    **asdict(CLIP),
    probe={"duration": 10.4, "width": 1920, "height": 1080, "video_codec": "h264"},
    tier="hot",
    content_type="video/mp4",
    sha256=None,
    created_at="2026-11-20T10:15:12.345Z",
    created_by="3f0c9d1e8a7b4c5d",
    thumbnail=CLIP.thumbnail_url,
)
"""Examples."""
