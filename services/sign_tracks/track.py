"""What a sign track is, and its record: `<folder of the film>/sign/<language>.json` in the container of tracks."""

import math
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

import msgspec

from services.library.tracks import folder

FARTHEST = 24 * 3600.0
"""Seconds by which a track may be earlier or later than its film."""

_FOLDER = "/sign/"
_ENDING = ".json"


class SignKind(StrEnum):
    """Who signs."""

    SIGNER = "signer"
    AVATAR = "avatar"


class SignOrigin(StrEnum):
    """Where a track comes from. Nothing automatic is ever put over what a person has set."""

    EDITED = "edited"
    AUTO = "auto"


@dataclass(frozen=True, kw_only=True)
class SignTrack:
    """One film's track in one sign language."""

    film_id: str
    language: str
    video_id: str
    """The video that signs."""
    offset: float = 0.0
    """Seconds of the film at which the sign video begins; below 0 where the sign video begins earlier."""
    kind: SignKind = SignKind.SIGNER
    origin: SignOrigin = SignOrigin.EDITED
    version: str = ""
    """Another one each time it is set."""


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """As it is stored. A new field needs a default; what is missing or unknown does no harm."""

    video_id: str
    film: str = ""
    """The id of the film: its folder's name may be a digest of it."""
    offset: float = 0.0
    kind: str = SignKind.SIGNER
    origin: str = SignOrigin.EDITED
    version: str = ""


def new_version() -> str:
    """A version that no track has had yet."""
    return uuid4().hex


def record_name(film_id: str, language: str) -> str:
    """Where the record lies."""
    return f"{folder(film_id)}{_FOLDER}{language}{_ENDING}"


def language_of(name: str) -> str | None:
    """The language of a record's name; None for the name of anything else."""
    _, found, rest = name.partition(_FOLDER)
    return rest.removesuffix(_ENDING) if found and rest.endswith(_ENDING) and "/" not in rest else None


def to_record(track: SignTrack) -> bytes:
    """The record of a track."""
    return msgspec.json.encode(
        _Record(
            video_id=track.video_id,
            film=track.film_id,
            offset=track.offset,
            kind=track.kind,
            origin=track.origin,
            version=track.version,
        )
    )


def from_record(content: bytes, *, language: str) -> SignTrack | None:
    """The track of a stored record, of this version or another; None where it can be read by nobody."""
    try:
        stored = msgspec.json.decode(content, type=_Record)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    sane = math.isfinite(stored.offset) and abs(stored.offset) <= FARTHEST
    return SignTrack(
        film_id=stored.film,
        language=language,
        video_id=stored.video_id,
        offset=stored.offset if sane else 0.0,
        kind=SignKind.AVATAR if stored.kind == SignKind.AVATAR else SignKind.SIGNER,
        origin=SignOrigin.AUTO if stored.origin == SignOrigin.AUTO else SignOrigin.EDITED,
        version=stored.version,
    )
