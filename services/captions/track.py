"""One track of words: what it is called, where it lies, and who made it."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, unquote

from services.captions.judgement import Judgement
from services.library.tracks import folder
from services.storage.records import ListedRecord


class CaptionKind(StrEnum):
    """What the words are for."""

    CAPTIONS = "captions"
    """For who does not hear: what is said, by whom, and sounds."""
    SUBTITLES = "subtitles"
    """For who does not understand the language: what is said."""
    DESCRIPTIONS = "descriptions"
    """For who does not see: what is shown."""


class Origin(StrEnum):
    """Where a track came from."""

    AUTO = "auto"
    """A machine has made it, and nobody has looked."""
    EDITED = "edited"
    """A person has written over a track that was there."""
    UPLOADED = "uploaded"
    """A person has brought it in."""
    EMBEDDED = "embedded"
    """It is part of the film's own file."""


LANGUAGE = r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}"
MAX_LABEL = 100

_LANGUAGE = re.compile(LANGUAGE)
_NAME = re.compile(rf"({LANGUAGE})-(captions|subtitles|descriptions)\.vtt")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_ENOUGH = 35


@dataclass(frozen=True, kw_only=True)
class Track:
    """A track as lists show it."""

    video_id: str
    language: str
    """As BCP 47 writes it; `und` where a film does not say it."""
    kind: CaptionKind
    label: str
    """What people call it; empty when nobody has said."""
    origin: Origin
    etag: str
    """Another one for each version of its words."""
    judgement: Judgement | None = field(default=None, compare=False)
    """What the gate has said of this version; None where nobody has looked yet."""

    @property
    def key(self) -> tuple[str, CaptionKind]:
        """What no other track of the video has."""
        return self.language, self.kind

    @property
    def tags(self) -> dict[str, str]:
        """What storage shows of it in lists. A very long id does not stand in the name."""
        # Storage lists an empty value as none.
        said = {"origin": self.origin.value} | ({"label": quote(self.label)} if self.label else {})
        return said if not folder(self.video_id).startswith("~") else said | {"video": quote(self.video_id)}


def normal_language(text: str) -> str | None:
    """A language written in the usual way, so that one language is one track; None when it is none."""
    if len(text) > _ENOUGH or not _LANGUAGE.fullmatch(text):
        return None
    first, *others = text.split("-")
    return "-".join([first.lower(), *map(_subtag, others)])


def _subtag(text: str) -> str:
    if len(text) == 4 and text.isalpha():
        return text.title()
    return text.upper() if len(text) == 2 else text.lower()


def clean_label(text: str) -> str:
    """A label on one line."""
    return " ".join(_UNSAFE.sub(" ", text).split())[:MAX_LABEL]


def blob_name(video_id: str, language: str, kind: CaptionKind) -> str:
    """Where a track lies in the container of tracks."""
    return f"{folder(video_id)}/captions/{language}-{kind.value}.vtt"


def track_of(listed: ListedRecord) -> Track | None:
    """The track that a blob is; None for whatever else lies beside videos."""
    segment, _, name = listed.name.partition("/captions/")
    match = _NAME.fullmatch(name)
    id_ = unquote(listed.tags.get("video", "")) if segment.startswith("~") else unquote(segment)
    if match is None or not id_ or normal_language(match[1]) != match[1]:
        return None
    origin = listed.tags.get("origin", "")
    return Track(
        video_id=id_,
        language=match[1],
        kind=CaptionKind(match[2]),
        label=clean_label(unquote(listed.tags.get("label") or "")),
        # What another tool has put there is a person's work until we know better.
        origin=Origin(origin) if origin in set(Origin) else Origin.UPLOADED,
        etag=listed.etag,
    )
