"""What a blob's metadata says about its video, and how text of any script fits into it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from services.actors.policy import Visibility
from services.videos.clip_of import ClipOf, clip_from, seconds_of, seconds_text
from services.videos.homes import split_id
from utils.text import quoted
from utils.timestamps import InvalidTimestamp, format_timestamp, parse_timestamp, utc_milliseconds
from utils.tolerant_records import known
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
FIRST_OWNER = "system"
"""Whose a video is that came before there were accounts, or by nobody in particular."""


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
    held_at: datetime | None = None
    """When it was put on legal hold. Why stands beside the video: whoever may read the blob reads its metadata."""
    owner: str = FIRST_OWNER
    """The id of the account that it belongs to."""
    visibility: Visibility = Visibility.TEAM
    """Who may see it besides."""
    collections: tuple[str, ...] = ()
    """The ids of the collections that it is in."""
    processing: tuple[str, ...] | None = None
    """The kinds of work that are done to it by themselves, where its uploader has chosen; None for the usual ones."""
    clip_of: str | None = None
    """The id of the film that it is a clip of."""
    start: float | None = None
    """From when on, in seconds of that film."""
    end: float | None = None
    clip_by: str | None = None
    """The id of the account that took it."""
    others: Mapping[str, str] = field(default_factory=dict)
    """Fields of a newer version, from the record of an upload that it began: they go into the blob as they are."""

    @property
    def clip(self) -> ClipOf | None:
        """What it was taken from."""
        return clip_from(self.clip_of, self.start, self.end, self.clip_by)

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
            "held_at": format_timestamp(self.held_at) if self.held_at else None,
            "owner": self.owner if self.owner != FIRST_OWNER else None,
            "visibility": self.visibility.value if self.visibility is not Visibility.TEAM else None,
            "collections": ",".join(self.collections),
            "processing": None if self.processing is None else ",".join(self.processing) or NO_KINDS,
        } | _clip_texts(self.clip)
        # What others mean by a start or an end is theirs, unless this is a clip.
        ours = _OWN_FIELDS if self.clip else _OWN_FIELDS - _OF_CLIPS
        others = {name: value for name, value in metadata.items() if name.lower() not in ours}
        said = {**self.others, **{name: value for name, value in fields.items() if value}}
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
            original_name=original_name,
            title=_title(fields.get("title"), original_name),
            tags=_tags(fields.get("tags")),
            sha256=_matching(_SHA256, fields.get("sha256")),
            content_etag=_matching(_TOKEN, fields.get("content_etag")),
            upload_id=_matching(_TOKEN, fields.get("upload_id")),
            uploaded_at=_moment(fields.get("uploaded_at"), created),
            door=_matching(_TOKEN, fields.get("door")),
            deleted_at=_moment_or_none(fields.get("deleted_at")),
            held_at=_held(fields.get("held_at"), created),
            owner=_matching(_ID, fields.get("owner")) or FIRST_OWNER,
            visibility=_visibility(fields.get("visibility")),
            collections=_collections(fields.get("collections")),
            processing=_kinds(fields.get("processing")),
            **_clip_fields(fields),
        )

    def to_record(self) -> dict[str, Any]:
        """What a record of an upload keeps: plain values, as `from_record` reads them."""
        moments = {"uploaded_at": self.uploaded_at, "deleted_at": self.deleted_at}
        shown = {each.name: getattr(self, each.name) for each in fields_of(self) if each.name != "others"}
        # Versions that do not know these have none, and so has what says nothing else.
        shown = {name: value for name, value in shown.items() if name not in _UNSAID or value != _UNSAID[name]}
        # As texts: a version that does not know them writes these into the blob as they are.
        shown |= {name: value for name, value in _clip_texts(self.clip).items() if value is not None}
        if self.held_at is not None:
            shown["held_at"] = _moment_text(self.held_at)
        return dict(self.others) | shown | {name: _moment_text(moment) for name, moment in moments.items()}

    @classmethod
    def from_record(cls, values: Mapping[str, Any]) -> "VideoMetadata":
        """What a record of this version, the one before or the next one says."""
        own = known(cls, {name: value for name, value in values.items() if name != "others"})
        others = {name: value for name, value in values.items() if name not in own and isinstance(value, str)}
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
                "start": seconds_of(own.get("start")),
                "end": seconds_of(own.get("end")),
                "others": {name: value for name, value in others.items() if _FIELD.fullmatch(name)},
            }
        )


_OWN_FIELDS = frozenset(each.name for each in fields_of(VideoMetadata)) - {"others"}
_OF_CLIPS = frozenset({"clip_of", "start", "end", "clip_by"})


_UNSAID: Mapping[str, object] = {
    "held_at": None,
    "owner": FIRST_OWNER,
    "visibility": Visibility.TEAM,
    "collections": (),
    "processing": None,
    "clip_of": None,
    "start": None,
    "end": None,
    "clip_by": None,
}


def clip_metadata(clip: ClipOf | None) -> dict[str, Any]:
    """The fields of `VideoMetadata` that say what a video was taken from."""
    if clip is None:
        return {}
    return {"clip_of": clip.video_id, "start": clip.start, "end": clip.end, "clip_by": clip.by}


def _clip_texts(clip: ClipOf | None) -> dict[str, str | None]:
    said = clip_metadata(clip)
    return {name: seconds_text(value) if isinstance(value, float) else value for name, value in said.items()}


def _clip_fields(fields: Mapping[str, str]) -> dict[str, Any]:
    start, end = seconds_of(fields.get("start")), seconds_of(fields.get("end"))
    return clip_metadata(clip_from(fields.get("clip_of"), start, end, _matching(_ID, fields.get("clip_by"))))


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
