"""Whether browsers play a film as it is, and if not, what has to be done to it."""

from dataclasses import dataclass
from enum import StrEnum

from services.media.facts import Facts, SoundTrack, VideoTrack


class Playable(StrEnum):
    """How a film gets to a browser."""

    NATIVE = "native"
    """As it is."""
    HLS = "hls"
    """As a rendition."""
    PENDING = "pending"
    """Nobody has looked into it yet."""
    NO = "no"
    """Not at all; the reason stands beside it."""


@dataclass(frozen=True)
class Verdict:
    """Whether browsers play it."""

    playable: Playable
    reason: str | None = None
    """Why not as it is, in words."""


_MP4_VIDEO, _MP4_SOUND = frozenset({"h264", "av1", "vp9"}), frozenset({"aac", "mp3", "opus", "flac"})
_WEBM_VIDEO, _WEBM_SOUND = frozenset({"vp8", "vp9", "av1"}), frozenset({"opus", "vorbis"})
_PLAIN_PIXELS = frozenset({"yuv420p", "yuvj420p"})
_DEEP_PIXELS = _PLAIN_PIXELS | {"yuv420p10le"}
_COPIED_VIDEO = frozenset({"h264", "av1", "vp9"})
_COPIED_SOUND = frozenset({"aac"})
"""What every browser that plays HLS by a script understands inside fragments."""
_NAMES = {"h264": "H.264", "hevc": "HEVC", "mpeg4": "MPEG-4 Part 2", "mpeg2video": "MPEG-2", "prores": "ProRes"}
_NAMES |= {"wmv2": "WMV 2", "theora": "Theora", "mjpeg": "Motion JPEG", "flv1": "Flash video", "av1": "AV1"}


def verdict(facts: Facts, *, content_type: str) -> Verdict:
    """What browsers make of a film that is served as `content_type`."""
    video = facts.video
    if video is None:
        return Verdict(Playable.NATIVE if _sounds_are(facts, _MP4_SOUND | _WEBM_SOUND) else Playable.HLS)
    if content_type == "video/webm" and "webm" in facts.container:
        videos, sounds = _WEBM_VIDEO, _WEBM_SOUND
    elif "mp4" in facts.container and content_type in {"video/mp4", "video/quicktime", "video/3gpp"}:
        videos, sounds = _MP4_VIDEO, _MP4_SOUND
    else:
        return Verdict(Playable.HLS, f"Browsers do not open this kind of file ({facts.container.split(',')[0]}).")
    if video.codec not in videos or not _plain(video):
        return Verdict(Playable.HLS, f"Browsers do not play this kind of picture ({named(video)}).")
    if not _sounds_are(facts, sounds):
        return Verdict(Playable.HLS, f"Browsers do not play this kind of sound ({facts.sounds[0].codec}).")
    return Verdict(Playable.NATIVE)


def copies_video(video: VideoTrack) -> bool:
    """Whether the picture only needs another wrapping."""
    return video.codec in _COPIED_VIDEO and _plain(video)


def copies_sound(sound: SoundTrack) -> bool:
    """Whether the sound only needs another wrapping."""
    return sound.codec in _COPIED_SOUND and 0 < sound.channels <= 2


def named(video: VideoTrack) -> str:
    """The kind of picture, as people know it."""
    return " ".join(filter(None, (_NAMES.get(video.codec, video.codec), video.profile, "HDR" if video.hdr else "")))


def _plain(video: VideoTrack) -> bool:
    """Whether every screen and every decoder of a browser can show it."""
    allowed = _PLAIN_PIXELS if video.codec == "h264" else _DEEP_PIXELS
    return video.pixels in allowed and not video.interlaced and not video.hdr


def _sounds_are(facts: Facts, known: frozenset[str]) -> bool:
    return all(each.codec in known for each in facts.sounds[:1])
