"""What storage remembers of a resumable upload: one small record, written whole at every step."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal

from services.uploads import Draft
from utils.block_chain import Segment
from utils.metadata import VideoMetadata
from utils.timestamps import format_timestamp, parse_timestamp

Kind = Literal["whole", "partial", "final"]


@dataclass(frozen=True, kw_only=True)
class Holder:
    """The request that is sending bytes now."""

    token: str
    silent: bool = False
    """Nothing has come for a while; all that had come is safe, and another request may take over."""


@dataclass(frozen=True, kw_only=True)
class UploadRecord:
    """One upload. Its bytes are blocks staged under `draft.name`; bytes too few for a block are in `tail`."""

    id: str
    kind: Kind = "whole"
    draft: Draft
    length: int | None
    """In bytes; None until the client knows."""
    metadata_header: str = ""
    """Upload-Metadata, as it was sent."""
    pieces: tuple[str, ...] = ()
    """The ids of the uploads that a final one is made of."""
    expires_at: datetime
    offset: int = 0
    """How many bytes are safe; while somebody holds the upload there may be more, see `blocks_end`."""
    segments: tuple[Segment, ...] = (Segment(1, 0),)
    blocks: int = 0
    """How many blocks make up the bytes before the tail."""
    provisional: bool = False
    """What the holder stages counts only once its checksum has been found right."""
    holder: Holder | None = None
    head: bytes = b""
    """The first bytes, known before any block is staged: they tell the type of the content."""
    sha256: str | None = None
    """Of the whole content, in hex; known at the end, and only when one process has seen every byte."""
    finished: bool = False
    """The video, or the piece, is committed."""
    tail: bytes = field(default=b"", repr=False)

    @property
    def tail_start(self) -> int:
        """The offset behind the last block."""
        return self.offset - len(self.tail)

    @property
    def full(self) -> bool:
        """Whether every byte has arrived and is staged."""
        return self.offset == self.length and not self.tail and self.holder is None

    def to_bytes(self) -> bytes:
        """The record as it is stored: one line of JSON, then the tail."""
        shown = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "tail"}
        return json.dumps(shown, default=_plain, ensure_ascii=False).encode() + b"\n" + self.tail

    @classmethod
    def from_bytes(cls, content: bytes) -> "UploadRecord":
        """Read a stored record."""
        line, _, tail = content.partition(b"\n")
        values: dict[str, Any] = json.loads(line)
        draft = values["draft"]
        values |= {
            "draft": Draft(name=draft["name"], metadata=_metadata(draft["metadata"])),
            "pieces": tuple(values["pieces"]),
            "expires_at": parse_timestamp(values["expires_at"]),
            "segments": tuple(Segment(**each) for each in values["segments"]),
            "holder": Holder(**values["holder"]) if values["holder"] else None,
            "head": bytes.fromhex(values["head"]),
        }
        return cls(**values, tail=tail)

    def tags(self) -> Mapping[str, str]:
        """What a list of records shows of this one, so that a sweep need not read them all."""
        return {"expires_at": format_timestamp(self.expires_at)}

    def held_by(self, holder: Holder | None) -> "UploadRecord":
        """The same upload in other hands, or in nobody's."""
        return replace(self, holder=holder)


def _metadata(values: dict[str, Any]) -> VideoMetadata:
    return VideoMetadata(
        **values | {"tags": tuple(values["tags"]), "uploaded_at": parse_timestamp(values["uploaded_at"])}
    )


def _plain(value: object) -> object:
    match value:
        case bytes():
            return value.hex()
        case datetime():
            return format_timestamp(value)
        case Draft() | VideoMetadata() | Segment() | Holder():
            return {each.name: getattr(value, each.name) for each in fields(value)}
    raise TypeError(f"{type(value).__name__} cannot be kept in a record.")
