"""Artists, or makers, speakers, channels: whoever films are looked for of."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from utils.search_words import MAX_WORD, fold

LONGEST_KEY = 200


class WantedState(StrEnum):
    """How far a film is that is known of."""

    WANTED = "WANTED"
    """It may be fetched."""
    DOWNLOADING = "DOWNLOADING"
    DOWNLOADED = "DOWNLOADED"
    """It is a video of the library."""
    FAILED = "FAILED"
    IGNORED = "IGNORED"
    """Nobody wants it, and it is not found again."""


class Shelf(StrEnum):
    """Where an artist is seen."""

    LIBRARY = "library"
    TRASH = "trash"
    MERGED = "merged"
    """Another artist has taken its place."""


SERVICES = ("imvdb", "spotify", "musicbrainz", "lastfm", "youtube")
"""The outside services at which an artist has an id."""


@dataclass(frozen=True, kw_only=True)
class Artist:
    """One artist, as it is kept."""

    id: str
    name: str
    other_names: tuple[str, ...] = ()
    text: str = ""
    picture: str = ""
    """The URL of a picture; empty where there is none."""
    links: tuple[str, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    """What it is called at outside services, by their names (`SERVICES`)."""
    counts: Mapping[WantedState, int] = field(default_factory=dict)
    """How many films are known of it in each state."""
    shelf: Shelf = Shelf.LIBRARY
    created_at: datetime
    changed_at: datetime
    discovered_at: datetime | None = None
    """When it was looked up last."""
    deleted_at: datetime | None = None
    """When it was put into the trash."""
    merged_into: str | None = None
    """The id of the artist that has taken its place."""


def new_id() -> str:
    """The id of an artist or a wanted film, which no other has."""
    return secrets.token_hex(12)


def name_key(name: str) -> str:
    """A name as it is compared: in any case, without accents and punctuation."""
    folded = fold(name)
    spelt = "".join(each if each.isalnum() else " " for each in folded)
    return (" ".join(spelt.split()) or folded.strip())[:LONGEST_KEY]


def name_word(name: str) -> str:
    """A whole name as a word; none that is searched for begins like it."""
    return "=" + name_key(name)[: 4 * MAX_WORD]
