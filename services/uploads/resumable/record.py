"""What storage remembers of a resumable upload: one small record, written whole at every step."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal

from services.uploads.resumable.block_chain import Segment
from services.uploads.uploads import Draft
from utils.timestamps import format_timestamp, parse_timestamp
from utils.tolerant_records import kept, known

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
    length: int | None = None
    """In bytes; None until the client knows."""
    metadata_header: str = ""
    """Upload-Metadata, as it was sent."""
    pieces: tuple[str, ...] = ()
    """The ids of the uploads that a final one is made of; of a partial one, the id of the final one that it is part of.

    That two meanings share a field lets versions before the second one read such a record.
    """
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
    origin: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """The record as it was read: what only another version knows is written back."""

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
        shown = {each.name: _plain(getattr(self, each.name)) for each in fields(self) if each.name not in _APART}
        return json.dumps(kept(self.origin, shown), ensure_ascii=False).encode() + b"\n" + self.tail

    @classmethod
    def from_bytes(cls, content: bytes) -> "UploadRecord":
        """Read a stored record, of this version or another."""
        line, _, tail = content.partition(b"\n")
        origin: dict[str, Any] = json.loads(line)
        values = known(cls, origin)
        readers = {name: reader for name, reader in _READERS.items() if values.get(name) is not None}
        values |= {name: reader(values[name]) for name, reader in readers.items()}
        return cls(**values | {"tail": tail, "origin": origin})

    def tags(self) -> Mapping[str, str]:
        """What a list of records shows of this one, so that a sweep need not read them all."""
        return {"expires_at": format_timestamp(self.expires_at)}

    def held_by(self, holder: Holder | None) -> "UploadRecord":
        """The same upload in other hands, or in nobody's."""
        return replace(self, holder=holder)


# The tail is no JSON, and follows it; the record that was read is what the others are written over.
_APART = frozenset({"tail", "origin"})


_READERS: Mapping[str, Callable[[Any], object]] = {
    "draft": Draft.from_record,
    "pieces": tuple,
    "expires_at": parse_timestamp,
    "segments": lambda values: tuple(Segment(**known(Segment, each)) for each in values),
    "holder": lambda values: Holder(**known(Holder, values)),
    "head": bytes.fromhex,
}


def _plain(value: object) -> object:
    match value:
        case bytes():
            return value.hex()
        case datetime():
            return format_timestamp(value)
        case Draft():
            return value.to_record()
        case Segment() | Holder():
            return {each.name: getattr(value, each.name) for each in fields(value)}
        case tuple():
            return [_plain(each) for each in value]
    return value
