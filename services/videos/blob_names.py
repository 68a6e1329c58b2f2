"""Names of blobs: `timestamp_uuid_originalname.ext`, made and recognised here; those of clips begin with `clip_`."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from services.videos.homes import PLAIN, can_be_plain, id_at, split_id
from utils.text import has_unsafe_characters
from utils.timestamps import format_timestamp
from utils.validators import extension_of

_MAX_SLUG = 80
_MAX_NAME = 1024  # Azure's limit.

_NOT_IN_STAMP = re.compile(r"[-:.]")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_CLIP = "clip_"
_BLOB_NAME = re.compile(
    rf"(?P<clip>{_CLIP})?"
    r"(?P<stamp>[0-9]{8}T[0-9]{9}Z)_(?P<token>[0-9a-f]{32})"
    r"_(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?P<extension>[a-z0-9]{1,10}))?"
)


@dataclass(frozen=True)
class BlobName:
    """What a blob's name tells."""

    moment: datetime
    token: UUID
    slug: str
    extension: str
    """In lower case and without the dot; empty when the file had none."""
    is_clip: bool = False
    """Whether it was taken from another video."""


@dataclass(frozen=True)
class ReservedEndings:
    """What follows a video's name in addresses: a name that ends like that could not be told from such an address."""

    patterns: frozenset[tuple[str | None, ...]] = frozenset()
    """The parts between the slashes of each ending; None stands for any part."""

    def end(self, text: str) -> bool:
        """Tell whether the text ends in one of them, or is one."""
        parts = text.split("/")
        return any(
            len(parts) >= len(pattern)
            and all(wanted in {None, part} for wanted, part in zip(pattern, parts[-len(pattern) :], strict=True))
            for pattern in self.patterns
        )


def new_blob_name(filename: str, *, now: datetime, token: UUID, clip: bool = False, home: str = PLAIN) -> str:
    """Return a name like `20261120T101512345Z_<32 hex>_holiday-film.mp4`; names sort by time, and clips behind them.

    With a home, it is the id of a video there (`services/videos/homes.py`), whose blob has such a name.
    `now` must know its time zone. Any file name will do: what is not ASCII letters and digits becomes `-`.
    """
    stamp = _NOT_IN_STAMP.sub("", format_timestamp(now))
    extension = extension_of(filename)
    ending = f".{extension}" if extension else ""
    stem = filename[: len(filename) - len(ending)]
    return id_at(home, f"{_CLIP if clip else ''}{stamp}_{token.hex}_{_slug(stem)}{ending}")


def parse_blob_name(text: str) -> BlobName | None:
    """Return what the name tells, or None when it is not exactly one that `new_blob_name` can make."""
    _, name = split_id(text)
    match = _BLOB_NAME.fullmatch(name)
    if match is None or len(match["slug"]) > _MAX_SLUG:
        return None
    try:
        moment = datetime.strptime(match["stamp"][:-1] + "000Z", "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return BlobName(
        moment,
        UUID(match["token"]),
        match["slug"],
        match["extension"] or "",
        is_clip=match["clip"] is not None,
    )


def is_blob_name(text: str) -> bool:
    """Tell whether the text is a name of ours, and so cannot reach anything outside the container."""
    return parse_blob_name(text) is not None


def is_safe_name(text: str, *, reserved: ReservedEndings) -> bool:
    """Tell whether the text can name a blob that other tools put there, and reach nothing else as part of a URL.

    Folders are fine (`2026/film.mp4`); what a client or a proxy would rewrite on its way is not, nor what looks like
    an id with a home and is none.
    """
    home, name = split_id(text)
    parts = name.split("/")
    return (
        0 < len(text) <= _MAX_NAME
        and (home != PLAIN or can_be_plain(name))
        and not has_unsafe_characters(text)
        and "\\" not in text
        and not any(part in {"", ".", ".."} for part in parts)
        and not reserved.end(text)
    )


def _slug(stem: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode("ascii")
    return _NOT_IN_SLUG.sub("-", ascii_only.lower()).strip("-")[:_MAX_SLUG].rstrip("-") or "video"
