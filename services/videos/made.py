"""What has been made of a video, as lists and pages show it: a copy of what the manifests beside it say.

It lies in the index and can be lost: whoever makes things of videos notes it again.
"""

from collections.abc import Mapping

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one kind of work has made."""

    recipe: int = 0
    version: str | None = None
    """Names the content, for addresses that change with it; None where there is nothing to show."""
    complete: bool = True
    """False while more of it is being made."""
    problem: str | None = None
    """Why nothing can be made of this film, in words for people."""


class Size(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One size that a player can choose."""

    height: int = 0
    bandwidth: int = 0
    codecs: str = ""


class Subtitle(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Subtitles that the file brings along."""

    index: int = 0
    """Its number in the file."""
    language: str = ""
    """As the file has it, in three letters; empty when it says nothing."""
    title: str = ""
    pictures: bool = False
    """Whether they are pictures of words, which browsers do not show."""


class Made(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """All of it, for one version of the bytes. A field that is missing has its default."""

    source: str = ""
    """The version of the bytes that it was made of."""
    parts: Mapping[str, Part] = {}
    """By kind."""
    duration: float | None = None
    """In seconds."""
    width: int | None = None
    """As it is shown: turned, and stretched where its pixels are no squares."""
    height: int | None = None
    has_audio: bool | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    playable: str = "pending"
    """What browsers make of the bytes as they are: `native`, or `hls` when something has to be made of them."""
    playable_reason: str | None = None
    renditions: tuple[Size, ...] = ()
    subtitles: tuple[Subtitle, ...] = ()
    subtitle_files: Mapping[int, str] = {}
    """Those that are there as WebVTT, by their number in the file."""
    loudness: float | None = None
    """Integrated, by EBU R128, in LUFS; None where nothing is heard, or nobody has listened yet."""
    silent: tuple[tuple[float, float], ...] = ()
    """From when to when nothing is heard, in seconds."""
    black: tuple[tuple[float, float], ...] = ()
    """From when to when nothing is seen."""
    look: str = ""
    """What it looks like (`services/videos/look.py`); empty where that tells nothing, or nobody has looked yet."""

    def version(self, kind: str) -> str | None:
        """The version of what that kind has made; None when there is nothing to show."""
        part = self.parts.get(kind)
        return part.version if part else None


NOTHING_MADE = Made()
