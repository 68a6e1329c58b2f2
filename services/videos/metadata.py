"""What a blob's metadata says about its video, and how text of any script fits into it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from services.actors.policy import Visibility
from services.videos.clip_of import ClipOf, clip_from, seconds_of, seconds_text
from services.videos.homes import split_id
from services.videos.video_fields import FIRST_OWNER, VideoFields
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

_TRASH_MARK_BYTES = len("deleted_at") + len("2026-11-20T10%3A15%3A12.345Z")

# Azure wants C# identifiers and ignores their case, and so do proxies: lower case is the one that survives.
_FIELD = re.compile(r"[a-z_][a-z0-9_]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# What goes into headers and logs again: nothing that could end a line there.
_TOKEN = re.compile(r"[!-~]{1,128}")

ACCOUNT_ID = "^[A-Za-z0-9_-]{1,64}$"
"""What names an account, or a collection, as the description of the API says it."""
NO_KINDS = "none"
"""What stands for an empty list of kinds of work: an empty value would be as good as none."""

_ID = re.compile(ACCOUNT_ID.strip("^$"))
_KIND = re.compile(r"[a-z][a-z0-9-]{0,31}")


class InvalidMetadata(ValueError):
    """The fields cannot be kept as a blob's metadata."""


def encode_metadata(fields: Mapping[str, str]) -> dict[str, str]:
    """Return fields as metadata that Azure takes: header-safe, at most 8 KB. Raises InvalidMetadata."""
    encoded = _encoded(fields)
    _check_size(encoded, limit=MAX_METADATA_BYTES)
    return encoded


def decode_metadata(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return metadata as fields; a value that is not percent-encoded UTF-8 stays as it is."""
    return {name.lower(): _unquoted(value) for name, value in metadata.items()}


def metadata_size(encoded: Mapping[str, str]) -> int:
    """How much of Azure's limit the metadata takes."""
    return sum(len(name) + len(value) for name, value in encoded.items())


def _encoded(fields: Mapping[str, str]) -> dict[str, str]:
    encoded: dict[str, str] = {}
    for name, value in fields.items():
        if not _FIELD.fullmatch(name):
            raise InvalidMetadata(f"{quoted(name)} cannot name a metadata field.")
        try:
            encoded[name] = quote(value, safe="", errors="strict")
        except UnicodeEncodeError as error:
            raise InvalidMetadata(f"The field {name} holds half a character (a lone surrogate).") from error
    return encoded


@dataclass(frozen=True, kw_only=True)
class VideoMetadata(VideoFields):
    """What makes a blob a video, written in the commit that makes it visible."""

    content_etag: str | None = None
    """Versions the bytes and survives edits of title and tags, which change storage's own ETag."""
    upload_id: str | None = None
    door: str | None = None
    """The way in that it took."""
    others: Mapping[str, str] = field(default_factory=dict)
    """Fields of a newer version, from the record of an upload that it began: they go into the blob as they are."""

    def to_blob(self) -> dict[str, str]:
        """Return this as blob metadata, with room left for the mark of the trash. Raises InvalidMetadata."""
        return self.written_over({})

    def written_over(self, metadata: Mapping[str, str]) -> dict[str, str]:
        """Return the same, and keep what others have written there. Raises InvalidMetadata."""
        combined = self.over(metadata)
        room = 0 if self.deleted_at else _TRASH_MARK_BYTES
        _check_size(combined, limit=MAX_METADATA_BYTES - room)
        return combined

    def over(self, metadata: Mapping[str, str]) -> dict[str, str]:
        """Return the same, whatever its size: `services/videos/metadata_room.py` makes it fit."""
        texts = {name: text.write(getattr(self, name)) for name, text in _TEXTS.items()} | _clip_texts(self.clip)
        # What others mean by a start or an end is theirs, unless this is a clip.
        ours = _OWN_NAMES | _CLIP_NAMES if self.clip else _OWN_NAMES
        others = {name: value for name, value in metadata.items() if name.lower() not in ours}
        said = {**self.others, **{name: value for name, value in texts.items() if value}}
        return others | _encoded(said)

    @classmethod
    def from_blob(cls, metadata: Mapping[str, str], *, name: str, created: datetime) -> "VideoMetadata":
        """Return what the metadata says, cleaned: anyone with a key to the account may have written it.

        The blob's own `name` and time of creation stand in for an original name, title or time that is
        missing or unusable; any other such field is None, or no tags.
        """
        fields = decode_metadata(metadata)
        original_name = _original_name(fields.get("original_name"), name)
        return cls(
            **{each: text.read(fields.get(each)) for each, text in _TEXTS.items() if text.read is not None}
            | {
                "original_name": original_name,
                "title": _title(fields.get("title"), original_name),
                "uploaded_at": _moment(fields.get("uploaded_at"), created),
                "held_at": _held(fields.get("held_at"), created),
            },
            clip=_clip(fields),
        )

    def to_record(self) -> dict[str, Any]:
        """What a record of an upload keeps: plain values, as `from_record` reads them."""
        shown = {name: getattr(self, name) for name in _TEXTS}
        # Versions that do not know these have none, and so has what says nothing else.
        shown = {name: value for name, value in shown.items() if name not in _UNSAID or value != _UNSAID[name]}
        moments = {name: _moment_text(value) for name, value in shown.items() if name in _MOMENTS}
        # As texts: a version that does not know them writes these into the blob as they are.
        clip = {name: value for name, value in _clip_texts(self.clip).items() if value is not None}
        return dict(self.others) | shown | moments | clip

    @classmethod
    def from_record(cls, values: Mapping[str, Any]) -> "VideoMetadata":
        """What a record of this version, the one before or the next one says."""
        own = {name: value for name, value in values.items() if name in _TEXTS}
        others = {name: value for name, value in values.items() if name not in own.keys() | _CLIP_NAMES}
        original_name = own.get("original_name") or "video"
        return cls(
            **own
            | {
                "original_name": original_name,
                "title": own.get("title") or title_from(original_name),
                "tags": tuple(own.get("tags") or ()),
                "uploaded_at": _moment(own.get("uploaded_at"), datetime.fromtimestamp(0, UTC)),
                "deleted_at": _moment_or_none(own.get("deleted_at")),
                "held_at": _moment_or_none(own.get("held_at")),
                "visibility": _visibility(own.get("visibility")),
                "collections": tuple(own.get("collections") or ()),
                "processing": None if own.get("processing") is None else tuple(own["processing"]),
            },
            clip=_clip(values),
            others={name: value for name, value in others.items() if isinstance(value, str) and _FIELD.fullmatch(name)},
        )


def _clip_texts(clip: ClipOf | None) -> dict[str, str | None]:
    if clip is None:
        return {}
    start, end = seconds_text(clip.start), seconds_text(clip.end)
    return {"clip_of": clip.video_id, "start": start, "end": end, "clip_by": clip.by}


def _clip(texts: Mapping[str, Any]) -> ClipOf | None:
    start, end = seconds_of(texts.get("start")), seconds_of(texts.get("end"))
    return clip_from(texts.get("clip_of"), start, end, _matching(_ID, texts.get("clip_by")))


def _check_size(encoded: Mapping[str, str], *, limit: int) -> None:
    size = metadata_size(encoded)
    if size > limit:
        free = f", of which {MAX_METADATA_BYTES - limit} stay free for deleting" if limit < MAX_METADATA_BYTES else ""
        raise InvalidMetadata(
            f"Name, title and tags together need {size} bytes of metadata; "
            f"at most {MAX_METADATA_BYTES} fit{free}. Shorten them."
        )


def _unquoted(value: str) -> str:
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        return value


def _matching(pattern: re.Pattern[str], stored: str | None) -> str | None:
    return stored if stored and pattern.fullmatch(stored) else None


def _original_name(stored: str | None, blob_name: str) -> str:
    for candidate in (stored, split_id(blob_name)[1]):
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


def _moment_text(moment: datetime | None) -> str | None:
    return None if moment is None else format_timestamp(moment)


def _visibility(stored: str | None) -> Visibility:
    try:
        return Visibility(stored) if stored else Visibility.TEAM
    except ValueError:
        return Visibility.PRIVATE  # Whatever else is meant, it is not more open than that.


def _collections(stored: str | None) -> tuple[str, ...]:
    return tuple(each for each in (stored or "").split(",") if _ID.fullmatch(each))


def _kinds(stored: str | None) -> tuple[str, ...] | None:
    if not stored:
        return None
    return () if stored == NO_KINDS else tuple(each for each in stored.split(",") if _KIND.fullmatch(each))


def is_account_id(text: str) -> bool:
    """Whether the text can name an account, or a collection."""
    return _ID.fullmatch(text) is not None


def _moment_or_none(stored: str | None) -> datetime | None:
    try:
        return parse_timestamp(stored) if stored else None
    except InvalidTimestamp:
        return None


def _held(stored: str | None, created: datetime) -> datetime | None:
    """Whatever stands there, it is a hold: one whose moment cannot be read must not be lost."""
    return _moment(stored, created) if stored else None


def _moment(stored: str | None, created: datetime) -> datetime:
    try:
        return parse_timestamp(stored or "")
    except InvalidTimestamp:
        return utc_milliseconds(created)


class _FieldText(NamedTuple):
    write: Callable[[Any], str | None]
    """What stands in the metadata; nothing where it is empty."""
    read: Callable[[str | None], Any] | None = None
    """None where something stands in for what is missing: `from_blob` has what."""


def _as_it_is(value: str | None) -> str | None:
    return value


_TOKEN_TEXT = _FieldText(write=_as_it_is, read=lambda text: _matching(_TOKEN, text))

# A clip takes several fields: `_CLIP_NAMES`.
_TEXTS: Mapping[str, _FieldText] = {
    "original_name": _FieldText(write=_as_it_is),
    "title": _FieldText(write=_as_it_is),
    "tags": _FieldText(write=",".join, read=_tags),
    "sha256": _FieldText(write=_as_it_is, read=lambda text: _matching(_SHA256, text)),
    "content_etag": _TOKEN_TEXT,
    "upload_id": _TOKEN_TEXT,
    "uploaded_at": _FieldText(write=_moment_text),
    "door": _TOKEN_TEXT,
    "deleted_at": _FieldText(write=_moment_text, read=_moment_or_none),
    "held_at": _FieldText(write=_moment_text),
    "owner": _FieldText(
        write=lambda owner: None if owner == FIRST_OWNER else owner,
        read=lambda text: _matching(_ID, text) or FIRST_OWNER,
    ),
    "visibility": _FieldText(
        write=lambda visibility: None if visibility is Visibility.TEAM else visibility.value, read=_visibility
    ),
    "collections": _FieldText(write=",".join, read=_collections),
    "processing": _FieldText(write=lambda kinds: None if kinds is None else ",".join(kinds) or NO_KINDS, read=_kinds),
}
_MOMENTS = frozenset(name for name, text in _TEXTS.items() if text.write is _moment_text)
_CLIP_NAMES = frozenset({"clip_of", "start", "end", "clip_by"})
_OWN_NAMES = frozenset(_TEXTS)

_UNSAID: Mapping[str, object] = {
    each.name: each.default
    for each in fields_of(VideoMetadata)
    if each.name in {"held_at", "owner", "visibility", "collections", "processing"}
}
