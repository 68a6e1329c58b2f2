"""A person's draft of a track, as it is and as it is stored: one record for each person, language and kind."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from services.actors.actor import Actor
from services.captions.cues import Cue, Words
from services.captions.track import CaptionKind, normal_language
from services.library.tracks import folder


@dataclass(frozen=True, kw_only=True)
class CaptionDraft:
    """Words that somebody is working on. What cannot be shown yet (nothing said, no length) is in it too."""

    words: Words
    based_on: str | None = None
    """The version of the track that it was begun from; None where there was none of the video's own."""
    saved_at: datetime | None = None
    """None before it was kept for the first time."""


class _StoredCue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    start: int
    end: int
    text: str
    id: str = ""
    settings: str = ""


class _StoredDraft(Struct, frozen=True, kw_only=True):
    cues: tuple[_StoredCue, ...] = ()
    heads: tuple[str, ...] = ()
    based_on: str | None = None
    saved_at: datetime | None = None


def encoded(draft: CaptionDraft) -> bytes:
    """The record."""
    cues = (
        _StoredCue(start=each.start, end=each.end, text=each.text, id=each.id, settings=each.settings)
        for each in draft.words.cues
    )
    stored = _StoredDraft(
        cues=tuple(cues), heads=draft.words.heads, based_on=draft.based_on, saved_at=datetime.now(UTC)
    )
    return msgspec.json.encode(stored)


def decoded(content: bytes) -> CaptionDraft | None:
    """A stored record, of this version or another; None where it is none."""
    try:
        stored = msgspec.json.decode(content, type=_StoredDraft)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    cues = (
        Cue(start=each.start, end=each.end, text=each.text, id=each.id, settings=each.settings) for each in stored.cues
    )
    words = Words(cues=tuple(cues), heads=stored.heads)
    return CaptionDraft(words=words, based_on=stored.based_on, saved_at=stored.saved_at)


def drafts_of(video_id: str, by: Actor) -> str:
    """What the names of all of a person's drafts for a video begin with. They say nothing about the person."""
    return f"{folder(video_id)}/drafts/{hashlib.sha256(by.id.encode()).hexdigest()[:32]}/"


def draft_name(video_id: str, key: tuple[str, CaptionKind], by: Actor) -> str:
    """Where a draft lies in the container of tracks, and so is deleted with the video."""
    return f"{drafts_of(video_id, by)}{key[0]}-{key[1].value}.json"


def key_of(name: str) -> tuple[str, CaptionKind] | None:
    """The language and kind of a draft that lists name; None for whatever else lies there."""
    language, _, kind = name.rpartition("/")[2].removesuffix(".json").rpartition("-")
    if normal_language(language) != language or kind not in set(CaptionKind):
        return None
    return language, CaptionKind(kind)
