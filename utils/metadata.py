"""What a blob's metadata says about its video, and how text of any script fits into it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import datetime
from urllib.parse import quote, unquote

from utils.text import quoted
from utils.timestamps import InvalidTimestamp, format_timestamp, parse_timestamp, utc_milliseconds
from utils.validators import (
    InvalidName,
    InvalidTag,
    InvalidTitle,
    clean_filename,
    clean_tags,
    clean_title,
    title_from,
)

MAX_METADATA_BYTES = 8192
"""Azure's limit on the names and values of one blob's metadata together."""

# Azure wants C# identifiers and ignores their case, and so do proxies: lower case is the one that survives.
_FIELD = re.compile(r"[a-z_][a-z0-9_]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# What goes into headers and logs again: nothing that could end a line there.
_TOKEN = re.compile(r"[!-~]{1,128}")


class InvalidMetadata(ValueError):
    """The fields cannot be kept as a blob's metadata."""


def encode_metadata(fields: Mapping[str, str]) -> dict[str, str]:
    """Return fields as metadata that Azure takes: header-safe, at most 8 KB. Raises InvalidMetadata."""
    encoded: dict[str, str] = {}
    for name, value in fields.items():
        if not _FIELD.fullmatch(name):
            raise InvalidMetadata(f"{quoted(name)} cannot name a metadata field.")
        try:
            encoded[name] = quote(value, safe="", errors="strict")
        except UnicodeEncodeError as error:
            raise InvalidMetadata(f"The field {name} holds half a character (a lone surrogate).") from error
    _check_size(encoded)
    return encoded


def decode_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return metadata as fields; a value that is not percent-encoded UTF-8 stays as it is."""
    return {name.lower(): _unquoted(value) for name, value in metadata.items()}


@dataclass(frozen=True, kw_only=True)
class VideoMetadata:
    """What makes a blob a video, written in the commit that makes it visible."""

    original_name: str
    title: str
    tags: tuple[str, ...] = ()
    sha256: str | None = None
    """Of the whole content, in hex; None when nobody has computed it yet."""
    content_etag: str | None = None
    """Versions the bytes and survives edits of title and tags, which change storage's own ETag."""
    upload_id: str | None = None
    uploaded_at: datetime
    door: str | None = None
    """The way in that it took."""
    deleted_at: datetime | None = None
    """When it was put into the trash."""

    def to_blob(self) -> dict[str, str]:
        """Return this as blob metadata. Raises InvalidMetadata."""
        fields = {
            "original_name": self.original_name,
            "title": self.title,
            "tags": ",".join(self.tags),
            "sha256": self.sha256,
            "content_etag": self.content_etag,
            "upload_id": self.upload_id,
            "uploaded_at": format_timestamp(self.uploaded_at),
            "door": self.door,
            "deleted_at": format_timestamp(self.deleted_at) if self.deleted_at else None,
        }
        return encode_metadata({name: value for name, value in fields.items() if value})

    def written_over(self, metadata: Mapping[str, str]) -> dict[str, str]:
        """Return blob metadata that says this and keeps what others have written there. Raises InvalidMetadata."""
        others = {name: value for name, value in metadata.items() if name.lower() not in _OWN_FIELDS}
        combined = others | self.to_blob()
        _check_size(combined)
        return combined

    @classmethod
    def from_blob(cls, metadata: Mapping[str, str], *, name: str, created: datetime) -> "VideoMetadata":
        """Return what the metadata says, cleaned: anyone with a key to the account may have written it.

        The blob's own `name` and time of creation stand in for an original name, title or time that is
        missing or unusable; any other such field is None, or no tags.
        """
        fields = decode_metadata(metadata)
        original_name = _original_name(fields.get("original_name"), name)
        return cls(
            original_name=original_name,
            title=_title(fields.get("title"), original_name),
            tags=_tags(fields.get("tags")),
            sha256=_matching(_SHA256, fields.get("sha256")),
            content_etag=_matching(_TOKEN, fields.get("content_etag")),
            upload_id=_matching(_TOKEN, fields.get("upload_id")),
            uploaded_at=_moment(fields.get("uploaded_at"), created),
            door=_matching(_TOKEN, fields.get("door")),
            deleted_at=_moment_or_none(fields.get("deleted_at")),
        )


_OWN_FIELDS = frozenset(field.name for field in fields_of(VideoMetadata))


def _check_size(encoded: Mapping[str, str]) -> None:
    size = sum(len(name) + len(value) for name, value in encoded.items())
    if size > MAX_METADATA_BYTES:
        raise InvalidMetadata(
            f"Name, title and tags together need {size} bytes of metadata; "
            f"at most {MAX_METADATA_BYTES} fit. Shorten them."
        )


def _unquoted(value: str) -> str:
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        return value


def _matching(pattern: re.Pattern[str], stored: str | None) -> str | None:
    return stored if stored and pattern.fullmatch(stored) else None


def _original_name(stored: str | None, blob_name: str) -> str:
    for candidate in (stored, blob_name):
        try:
            return clean_filename(candidate or "")
        except InvalidName:
            continue
    return "video"


def _title(stored: str | None, original_name: str) -> str:
    try:
        return clean_title(stored or "")
    except InvalidTitle:
        return title_from(original_name)


def _tags(stored: str | None) -> tuple[str, ...]:
    try:
        return clean_tags(stored.split(",")) if stored else ()
    except InvalidTag:
        return ()


def _moment_or_none(stored: str | None) -> datetime | None:
    try:
        return parse_timestamp(stored) if stored else None
    except InvalidTimestamp:
        return None


def _moment(stored: str | None, created: datetime) -> datetime:
    try:
        return parse_timestamp(stored or "")
    except InvalidTimestamp:
        return utc_milliseconds(created)
