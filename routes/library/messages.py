"""Videos as the API shows them: each struct writes the JSON and describes it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from flask import request
from msgspec import Meta, Struct
from msgspec.structs import asdict

from routes.captions.messages import CAPTION, CaptionMessage, caption_messages
from routes.holds.messages import HoldMessage, hold_message
from routes.http.actors import current_actor
from routes.http.openapi.parameters import AN_ID
from routes.http.wiring import services
from routes.library.accessibility import ACCESSIBILITY, AccessibilityMessage, accessibility_message
from routes.library.clipping import CLIPPED, ClipOfVideo, clip_fields, clips_of
from routes.library.credited import CREDITED, ArtistOfVideo, CreditedArtists, artists_of
from routes.library.subtitled import SubtitleMessage, subtitle_messages
from routes.library.tiered import TIERED, TieredMessage, tier_fields
from routes.sign_tracks.messages import SIGN_TRACK, SignTrackMessage, sign_track_messages
from services.actors.policy import Visibility
from services.captions.track import Track
from services.jobs.job import State
from services.library.copies import MOST_COPIES
from services.media.browser_support import Playable
from services.media.job_kinds import HLS, POSTER, PREVIEW, STORYBOARD
from services.media.states import MediaState
from services.sign_tracks.track import SignTrack
from services.videos.video import Video
from utils.timestamps import format_timestamp

Time = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""A moment, as `format_timestamp` writes it."""


class Links(Struct, frozen=True, kw_only=True):
    """Addresses of one video, relative to the server."""

    self: str
    content: str
    page: str


class SizeMessage(Struct, frozen=True, kw_only=True):
    """One size that a player can choose."""

    height: int
    bandwidth: Annotated[int, Meta(description="In bits a second.")]
    codecs: Annotated[str, Meta(description="As RFC 6381 writes them.")]


class KindMessage(Struct, frozen=True, kw_only=True):
    """Where one kind of work on the video stands."""

    state: State
    progress: Annotated[float, Meta(ge=0, le=1)]
    job: Annotated[str | None, Meta(description="Its newest job's id, for `/api/jobs/<id>`.")]
    error: str | None


_Made = Annotated[str | None, Meta(description="Where it is, relative to the server; null where there is none yet.")]


class MediaMessage(TieredMessage, frozen=True, kw_only=True):
    """What is known of a film, and what has been made of it; null what is not known yet."""

    duration: Annotated[float | None, Meta(description="In seconds.")]
    width: Annotated[int | None, Meta(description="Of the picture as it is shown.")]
    height: int | None
    has_audio: bool | None
    video_codec: str | None
    audio_codec: str | None
    subtitles: Annotated[tuple[SubtitleMessage, ...], Meta(description="Those inside the file, in its order.")]
    loudness: Annotated[
        float | None,
        Meta(description="Integrated, by EBU R128, of the first sound, in LUFS; null where none is heard."),
    ]
    silent: Annotated[tuple[tuple[float, float], ...], Meta(description="From when to when nothing is heard.")]
    black: Annotated[tuple[tuple[float, float], ...], Meta(description="From when to when the picture is black.")]
    poster: _Made
    preview: _Made
    storyboard: _Made
    hls: _Made
    renditions: tuple[SizeMessage, ...]
    playable: Annotated[
        Playable,
        Meta(description="native: by browsers as it is; hls: as renditions; pending: not yet; no: see the reason."),
    ]
    playable_reason: str | None
    processing: Annotated[dict[str, KindMessage], Meta(description="How far each kind of work on it is, by kind.")]


class VideoMessage(MediaMessage, frozen=True, kw_only=True):
    """One video."""

    id: Annotated[str, Meta(description="The blob's name. It may hold slashes.")]
    title: str
    original_name: str
    size: Annotated[int, Meta(description="In bytes.")]
    content_type: Annotated[str, Meta(description="From the name and the first bytes, never from the client.")]
    sha256: Annotated[str | None, Meta(description="Of the whole content, in hex; null when it was not computed.")]
    etag: Annotated[str, Meta(description="The version of the record. Send it back as If-Match.")]
    uploaded_at: Time
    tags: tuple[str, ...]
    artists: CreditedArtists
    description: Annotated[str, Meta(description="Up to 10,000 letters, with line breaks; searched too.")]
    easy_description: Annotated[
        str, Meta(description="The same in plain words, for who reads so; as long, and searched too.")
    ]
    language: Annotated[str | None, Meta(description="The one that is spoken, as BCP 47 writes it.")]
    captions: Annotated[tuple[CaptionMessage, ...], Meta(description="The tracks of words that it has.")]
    status: Annotated[
        Literal["ready", "missing", "changed"],
        Meta(description="missing: its blob is gone; changed: it was written over past the server, and is not served."),
    ]
    owner: Annotated[str, Meta(description="The id of the account that it belongs to; `system` for nobody's.")]
    visibility: Annotated[Visibility, Meta(description="Who may see it besides its owner.")]
    collections: Annotated[tuple[str, ...], Meta(description="The ids of the collections that it is in.")]
    hold: Annotated[HoldMessage | None, Meta(description="Its legal hold; null where it is on none.")]
    sign_tracks: Annotated[
        tuple[SignTrackMessage, ...],
        Meta(description="Other videos that sign this one, by language: those that you may see."),
    ]
    accessibility: AccessibilityMessage
    url: str
    links: Links


class NearDuplicateMessage(Struct, frozen=True, kw_only=True):
    """Another video that looks like it."""

    id: str
    distance: Annotated[float, Meta(ge=0, le=64, description="Of 64, on average over 16 pictures; 0 is the same.")]


class OneVideoMessage(VideoMessage, frozen=True, kw_only=True):
    """One video by itself, and where its content is besides."""

    copies: Annotated[
        tuple[str, ...],
        Meta(
            max_length=MOST_COPIES,
            description="The ids of other videos of the library with the same SHA-256, the oldest first: "
            "of those that you may see, five at most.",
        ),
    ]
    near_duplicates: Annotated[
        tuple[NearDuplicateMessage, ...],
        Meta(
            max_length=MOST_COPIES,
            description="Other videos of the library that look like it, whatever their size and format, the nearest "
            "first: of those that you may see, five at most.",
        ),
    ]


class TrashedVideoMessage(VideoMessage, frozen=True, kw_only=True):
    """One video in the trash."""

    deleted_at: Time | None
    restorable_until: Time | None


class NewVideos(Struct, frozen=True):
    """What a form has become, in its order."""

    videos: tuple[OneVideoMessage, ...]


class NewVideosAndJob(NewVideos, frozen=True):
    """The same, and what is done first."""

    job_id: Annotated[str | None, Meta(description="For `/api/jobs/<id>`.")]


class VideoPage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page of the list."""

    videos: tuple[VideoMessage, ...]
    next: Annotated[str | None, Meta(description="The cursor of the next page; null on the last one.")]
    rebuilding: Annotated[
        bool | None, Meta(description="Present while the index is being made again: more will come.")
    ] = None


class TrashPage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A page of the trash."""

    videos: tuple[TrashedVideoMessage, ...]
    next: str | None
    rebuilding: bool | None = None


def video_message(video: Video) -> VideoMessage:
    """One video as the API shows it."""
    signs = services().sign_tracks.tracks.of(video.id, by=current_actor())
    words, clips = services().captions.index.of(video), clips_of([video]).get(video.id, ())
    state, artists = services().media.states.of(video), artists_of([video]).get(video.id, ())
    return _video_message(video, state, signs=signs, words=words, clips=clips, artists=artists)


def one_message(video: Video) -> OneVideoMessage:
    """One video by itself as the API shows it."""
    return _one_message(video, video_message(video))


def one_messages(videos: Sequence[Video]) -> tuple[OneVideoMessage, ...]:
    """The few videos of one upload, each by itself."""
    shown = zip(videos, video_messages(videos), strict=True)
    return tuple(_one_message(video, message) for video, message in shown)


def _one_message(video: Video, message: VideoMessage) -> OneVideoMessage:
    copies, by = services().library.copies, current_actor()
    near = tuple(NearDuplicateMessage(id=each.id, distance=each.distance) for each in copies.near(video, by=by))
    return OneVideoMessage(**asdict(message), copies=copies.of(video, by=by), near_duplicates=near)


def video_messages(videos: Sequence[Video]) -> tuple[VideoMessage, ...]:
    """Several videos as the API shows them."""
    states, words = services().media.states.of_all(videos), services().captions.index.of_all(videos)
    signs = services().sign_tracks.tracks.of_all([video.id for video in videos], by=current_actor())
    clips, artists = clips_of(videos), artists_of(videos)
    return tuple(
        _video_message(
            video,
            states[video.id],
            signs=signs.get(video.id, ()),
            words=words[video.id],
            clips=clips.get(video.id, ()),
            artists=artists.get(video.id, ()),
        )
        for video in videos
    )


def _video_message(
    video: Video,
    state: MediaState,
    *,
    signs: tuple[SignTrack, ...],
    words: Sequence[Track],
    clips: tuple[ClipOfVideo, ...],
    artists: tuple[ArtistOfVideo, ...],
) -> VideoMessage:
    id_ = quote(video.id)
    path = f"/api/videos/{id_}"
    return VideoMessage(
        **_media_fields(video, state, path),
        **clip_fields(video, clips),
        **tier_fields(video),
        id=video.id,
        title=video.title,
        original_name=video.original_name,
        size=video.size,
        content_type=video.content_type,
        sha256=video.sha256,
        etag=video.etag,
        uploaded_at=format_timestamp(video.uploaded_at),
        tags=video.tags,
        artists=artists,
        description=video.about.description,
        easy_description=video.about.easy_description,
        language=video.about.language,
        captions=caption_messages(words),
        status=video.status,  # type: ignore[arg-type]  # Nobody is shown a video that was refused.
        owner=video.owner,
        visibility=video.visibility,
        collections=video.collections,
        hold=hold_message(video),
        sign_tracks=sign_track_messages(signs),
        accessibility=accessibility_message(video, words=words, signs=signs),
        url=request.host_url.rstrip("/") + path + "/content",
        links=Links(self=path, content=f"{path}/content", page=f"/videos/{id_}"),
    )


def _media_fields(video: Video, state: MediaState, path: str) -> dict[str, Any]:
    made = video.made
    return {
        "duration": made.duration,
        "width": made.width,
        "height": made.height,
        "has_audio": made.has_audio,
        "video_codec": made.video_codec,
        "audio_codec": made.audio_codec,
        "subtitles": subtitle_messages(made, path),
        "loudness": made.loudness,
        "silent": made.silent,
        "black": made.black,
        "poster": _versioned(f"{path}/poster", made.version(POSTER)),
        "preview": _versioned(f"{path}/preview", made.version(PREVIEW)),
        "storyboard": _versioned(f"{path}/storyboard.vtt", made.version(STORYBOARD)),
        "hls": f"{path}/hls/master.m3u8" if made.version(HLS) else None,
        "renditions": tuple(SizeMessage(**asdict(each)) for each in made.renditions),
        "playable": state.playable,
        "playable_reason": state.reason,
        "processing": {kind: KindMessage(**vars(each)) for kind, each in state.processing.items()},
    }


def _versioned(path: str, version: str | None) -> str | None:
    """An address that changes with its content, so that it can be kept for ever."""
    return None if version is None else f"{path}?v={version}"


def trashed_messages(
    videos: Sequence[Video], *, until: Callable[[Video], datetime | None]
) -> tuple[TrashedVideoMessage, ...]:
    """Videos in the trash: as the API shows them, when each was deleted, and until when it can be restored."""
    return tuple(
        TrashedVideoMessage(
            **asdict(message),
            deleted_at=None if video.deleted_at is None else format_timestamp(video.deleted_at),
            restorable_until=None if (moment := until(video)) is None else format_timestamp(moment),
        )
        for video, message in zip(videos, video_messages(videos), strict=True)
    )


VIDEO = VideoMessage(
    **CLIPPED,
    **TIERED,
    duration=61.4,
    width=1920,
    height=1080,
    has_audio=True,
    video_codec="h264",
    audio_codec="aac",
    subtitles=(
        SubtitleMessage(
            language="eng",
            title="",
            pictures=False,
            url=f"/api/videos/{AN_ID}/subtitles/3f0c9d1e8a7b4c5d/text-2.vtt",
        ),
    ),
    loudness=-23.0,
    silent=((10.0, 40.0),),
    black=(),
    poster=f"/api/videos/{AN_ID}/poster?v=3f0c9d1e8a7b4c5d",
    preview=None,
    storyboard=None,
    hls=None,
    renditions=(),
    playable=Playable.NATIVE,
    playable_reason=None,
    processing={"preview": KindMessage(state=State.RUNNING, progress=0.4, job="3f0c9d1e8a7b4c5d9e6f7a8b", error=None)},
    id=AN_ID,
    title="holiday film",
    original_name="Holiday Film.mp4",
    size=1048576,
    content_type="video/mp4",
    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    etag="0x8DD0A1B2C3D4E5F",
    uploaded_at="2026-11-20T10:15:12.345Z",
    tags=("holiday",),
    artists=CREDITED,
    description="Two weeks by the sea.",
    easy_description="We were at the sea.",
    language="en",
    captions=(CAPTION,),
    status="ready",
    owner="system",
    visibility=Visibility.TEAM,
    collections=(),
    hold=None,
    sign_tracks=(SIGN_TRACK,),
    accessibility=ACCESSIBILITY,
    url=f"https://reelgate.example/api/videos/{AN_ID}/content",
    links=Links(self=f"/api/videos/{AN_ID}", content=f"/api/videos/{AN_ID}/content", page=f"/videos/{AN_ID}"),
)
"""The video of the examples."""

ONE_VIDEO = OneVideoMessage(**asdict(VIDEO), copies=(), near_duplicates=())
"""The same by itself."""

TRASHED = TrashedVideoMessage(
    **asdict(VIDEO), deleted_at="2026-11-21T08:00:00.000Z", restorable_until="2026-12-21T08:00:00.000Z"
)
