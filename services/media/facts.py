"""What a film is: the facts that a probe reads, as they are stored and shown."""

import msgspec

_WORDS = frozenset({"subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text", "subviewer", "microdvd", "sami"})
_PICTURES = frozenset({"hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub"})


class VideoTrack(msgspec.Struct, frozen=True, kw_only=True):
    """The picture."""

    index: int = 0
    """Its number in the file."""
    codec: str = ""
    profile: str = ""
    pixels: str = ""
    """How a pixel is stored, in ffmpeg's word."""
    width: int = 0
    """As it is shown: turned, and stretched where its pixels are no squares."""
    height: int = 0
    rotation: int = 0
    """By how many degrees it is stored turned, clockwise."""
    frame_rate: float = 0.0
    hdr: bool = False
    """Brighter than most screens: PQ or HLG."""
    interlaced: bool = False


class SoundTrack(msgspec.Struct, frozen=True, kw_only=True):
    """One sound."""

    index: int = 0
    codec: str = ""
    channels: int = 0
    language: str = ""
    """As the file has it, in three letters; empty when it says nothing."""
    title: str = ""


class TextTrack(msgspec.Struct, frozen=True, kw_only=True):
    """Subtitles inside the file."""

    index: int = 0
    codec: str = ""
    language: str = ""
    title: str = ""

    @property
    def is_text(self) -> bool:
        """Whether they are words that can be written in another way."""
        return self.codec in _WORDS

    @property
    def is_pictures(self) -> bool:
        """Whether they are pictures of words, which only some players show."""
        return self.codec in _PICTURES


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the film."""

    start: float = 0.0
    """In seconds."""
    title: str = ""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of a film. What a later version adds has a default, and is left alone by an earlier one."""

    container: str = ""
    """ffmpeg's names of the format, separated by commas."""
    duration: float = 0.0
    """In seconds; 0 when the file does not say."""
    video: VideoTrack | None = None
    sounds: tuple[SoundTrack, ...] = ()
    texts: tuple[TextTrack, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    others: int = 0
    """How many tracks it has besides: data, pictures of a cover, further videos."""

    @property
    def is_film(self) -> bool:
        """Whether there is a picture that moves."""
        return self.video is not None and self.video.width > 0 and self.video.height > 0
