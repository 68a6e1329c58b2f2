"""Names of blobs: `timestamp_uuid_originalname.ext`, made here and recognised here."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from utils.text import has_unsafe_characters
from utils.timestamps import format_timestamp
from utils.validators import extension_of

_MAX_SLUG = 80
_MAX_NAME = 1024  # Azure's limit.

SUBRESOURCES = frozenset({"content", "restore", "access-url", "complete"})
"""What follows a video's name in a path: a name that ends like that could not be told from it."""

_NOT_IN_STAMP = re.compile(r"[-:.]")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_BLOB_NAME = re.compile(
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


def new_blob_name(filename: str, *, now: datetime, token: UUID) -> str:
    """Return a name like `20261120T101512345Z_<32 hex>_holiday-film.mp4`; names sort by time.

    `now` must know its time zone. Any file name will do: what is not ASCII letters and digits becomes `-`.
    """
    stamp = _NOT_IN_STAMP.sub("", format_timestamp(now))
    extension = extension_of(filename)
    ending = f".{extension}" if extension else ""
    stem = filename[: len(filename) - len(ending)]
    return f"{stamp}_{token.hex}_{_slug(stem)}{ending}"


def parse_blob_name(text: str) -> BlobName | None:
    """Return what the name tells, or None when it is not exactly one that `new_blob_name` can make."""
    match = _BLOB_NAME.fullmatch(text)
    if match is None or len(match["slug"]) > _MAX_SLUG:
        return None
    try:
        moment = datetime.strptime(match["stamp"][:-1] + "000Z", "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return BlobName(moment, UUID(match["token"]), match["slug"], match["extension"] or "")


def is_blob_name(text: str) -> bool:
    """Tell whether the text is a name of ours, and so cannot reach anything outside the container."""
    return parse_blob_name(text) is not None


def is_safe_name(text: str) -> bool:
    """Tell whether the text can name a blob that other tools put there, and reach nothing else as part of a URL.

    Folders are fine (`2026/film.mp4`); what a client or a proxy would rewrite on its way is not.
    """
    parts = text.split("/")
    return (
        0 < len(text) <= _MAX_NAME
        and not has_unsafe_characters(text)
        and "\\" not in text
        and not any(part in {"", ".", ".."} for part in parts)
        and parts[-1] not in SUBRESOURCES
    )


def _slug(stem: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode("ascii")
    return _NOT_IN_SLUG.sub("-", ascii_only.lower()).strip("-")[:_MAX_SLUG].rstrip("-") or "video"
