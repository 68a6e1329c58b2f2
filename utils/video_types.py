"""The videos that Reelgate knows: what each extension may hold, and what clients call it."""

from collections.abc import Mapping
from dataclasses import dataclass

from utils.signatures import Container


@dataclass(frozen=True)
class VideoType:
    """What a file extension promises."""

    content_type: str
    """The type it is served with."""
    declared: frozenset[str]
    """The types, lower-case, that browsers and tools send for it."""
    containers: frozenset[Container]
    """What may be inside."""


def _video_type(content_type: str, also: str, *containers: Container) -> VideoType:
    return VideoType(content_type, frozenset({content_type, *also.split()}), frozenset(containers))


# People rename the members of a family into one another, and players do not mind: they count as one.
_MP4_FAMILY = (Container.MP4, Container.QUICKTIME, Container.THREE_GP)
_MP4_NAMES = (
    "video/mp4 application/mp4 audio/mp4 video/x-m4v video/quicktime video/mpeg4 video/3gpp video/3gpp2 audio/3gpp"
)
_MATROSKA_FAMILY = (Container.WEBM, Container.MATROSKA)
_MATROSKA_NAMES = (
    "video/webm audio/webm video/x-matroska video/matroska video/x-matroska-3d audio/x-matroska "
    "application/x-matroska video/x-mkv"
)
_MPEG_NAMES = "video/mpeg video/x-mpeg video/mpg video/x-mpg video/mpeg2 video/mp1s video/mp2p"
# Qt and 3D modelling own .ts and .mts in some type registries, and browsers repeat what those say.
_TS_NAMES = (
    "video/mp2t video/vnd.dlna.mpeg-tts video/mpeg video/mts video/avchd-stream video/vnd.mts "
    "text/vnd.trolltech.linguist model/vnd.mts"
)

VIDEO_TYPES: Mapping[str, VideoType] = {
    "mp4": _video_type("video/mp4", _MP4_NAMES, *_MP4_FAMILY),
    "m4v": _video_type("video/mp4", _MP4_NAMES, *_MP4_FAMILY),
    "mov": _video_type("video/quicktime", _MP4_NAMES, *_MP4_FAMILY),
    "3gp": _video_type("video/3gpp", _MP4_NAMES, *_MP4_FAMILY),
    "webm": _video_type("video/webm", _MATROSKA_NAMES, *_MATROSKA_FAMILY),
    "mkv": _video_type("video/x-matroska", _MATROSKA_NAMES, *_MATROSKA_FAMILY),
    "avi": _video_type(
        "video/x-msvideo", "video/avi video/msvideo video/vnd.avi application/x-troff-msvideo", Container.AVI
    ),
    "mpg": _video_type("video/mpeg", f"{_MPEG_NAMES} video/mp2t", Container.MPEG_PS, Container.MPEG_TS),
    "mpeg": _video_type("video/mpeg", f"{_MPEG_NAMES} video/mp2t", Container.MPEG_PS, Container.MPEG_TS),
    "ts": _video_type("video/mp2t", _TS_NAMES, Container.MPEG_TS),
    "mts": _video_type("video/mp2t", _TS_NAMES, Container.MPEG_TS),
    "m2ts": _video_type("video/mp2t", _TS_NAMES, Container.MPEG_TS),
    "wmv": _video_type(
        "video/x-ms-wmv", "video/x-ms-asf video/x-ms-wm video/wmv application/vnd.ms-asf", Container.ASF
    ),
    "flv": _video_type("video/x-flv", "video/flv application/x-flash-video", Container.FLV),
    "ogv": _video_type("video/ogg", "video/x-ogg application/ogg audio/ogg", Container.OGG),
}

# Only what a browser shows or plays without running anything in it; the rest is a download.
PASSIVE_TYPES: Mapping[str, str] = {
    **{extension: video.content_type for extension, video in VIDEO_TYPES.items()},
    "aac": "audio/aac",
    "flac": "audio/flac",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
    "wav": "audio/wav",
    "webp": "image/webp",
}
