"""Byte ranges and preconditions of RFC 9110: what part of a video a request wants, and which version.

Werkzeug's `make_conditional` reads and drops what comes before the range, and its parsers refuse what RFC 9110 allows
(the last 500 bytes of a shorter video, ranges in any order, a comma at the end) and take an ETag without quotes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

# Players send one range of some 30 characters. What is much longer is not asked for in earnest.
_MAX_HEADER = 1024
_MAX_RANGES = 16
_UNIT = "bytes="
_RANGE = re.compile(r"(?P<first>[0-9]+)-(?P<last>[0-9]*)|-(?P<suffix>[0-9]+)")
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_ETAG_LIST = re.compile(rf"[ \t,]*{_ETAG.pattern}[ \t]*(?:,[ \t]*(?:{_ETAG.pattern}[ \t]*)?)*")


@dataclass(frozen=True)
class WholeBody:
    """Answer 200 with everything: no range was asked for, or none that must be honoured."""


@dataclass(frozen=True)
class ByteRange:
    """Answer 206 with the bytes from `start` to `end`, both included."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes these are."""
        return self.end - self.start + 1


@dataclass(frozen=True)
class Unsatisfiable:
    """Answer 416: the ranges are well-formed and all outside the body."""


def resolve_range(header: str | None, size: int) -> WholeBody | ByteRange | Unsatisfiable:
    """Return what a Range header asks of a body of `size` bytes.

    A header that is malformed or in another unit is ignored (RFC 9110, 14.2). Several ranges that
    touch or overlap are answered as the one that they make (15.3.7.2 allows to coalesce); several
    that do not, or very many, are answered with the whole body, as 14.2 leaves free: no player
    asks for them, and multipart answers help attackers more than clients.
    """
    specs = _specs(header)
    if specs is None:
        return WholeBody()
    found = [resolved for spec in specs if (resolved := _resolved(spec, size)) is not None]
    if not found:
        return Unsatisfiable()
    return _coalesced(found)


def content_range(part: ByteRange | Unsatisfiable, size: int) -> str:
    """Return the Content-Range of a 206 or a 416 for a body of `size` bytes."""
    return f"bytes */{size}" if isinstance(part, Unsatisfiable) else f"bytes {part.start}-{part.end}/{size}"


def if_range_holds(header: str | None, *, etag: str, last_modified: datetime | None = None) -> bool:
    """Tell whether the Range may be honoured: what the client has part of is what is here (RFC 9110, 13.1.5).

    ETags compare strongly. A date must be the Last-Modified that was sent, to the letter; it is a strong
    validator here because the bytes under a video's id never change. Where none is sent, no date holds.
    """
    if header is None:
        return True
    validator = header.strip()
    if '"' in validator:
        return _strongly_equal(validator, etag)
    return last_modified is not None and validator == format_datetime(last_modified.astimezone(UTC), usegmt=True)


def if_none_match_hits(header: str | None, etag: str) -> bool:
    """Tell whether the client has this already, so that 304 will do. Compares weakly; malformed is no hit."""
    tags = _etags(header)
    return "*" in tags or any(tag.removeprefix("W/") == etag.removeprefix("W/") for tag in tags)


def if_match_holds(header: str | None, etag: str) -> bool:
    """Tell whether a change of this version may go on. Compares strongly; malformed never holds."""
    if header is None:
        return True
    tags = _etags(header)
    return "*" in tags or any(_strongly_equal(tag, etag) for tag in tags)


def _specs(header: str | None) -> list[re.Match[str]] | None:
    if header is None or len(header) > _MAX_HEADER or not header.lower().startswith(_UNIT):
        return None
    specs: list[re.Match[str]] = []
    for text in header[len(_UNIT) :].split(","):
        if not (stripped := text.strip(" \t")):
            continue  # Lists may have empty elements.
        match = _RANGE.fullmatch(stripped)
        if match is None or (match["last"] and int(match["last"]) < int(match["first"])):
            return None
        specs.append(match)
    return specs if 1 <= len(specs) <= _MAX_RANGES else None


def _resolved(spec: re.Match[str], size: int) -> ByteRange | WholeBody | None:
    if spec["suffix"]:
        length = min(int(spec["suffix"]), size)
        if length == 0:
            # Of an empty body any last bytes are all of it, but there is no way to write them as a range.
            return WholeBody() if int(spec["suffix"]) else None
        return ByteRange(size - length, size - 1)
    start = int(spec["first"])
    end = min(int(spec["last"]), size - 1) if spec["last"] else size - 1
    return ByteRange(start, end) if start < size else None


def _coalesced(found: Iterable[ByteRange | WholeBody]) -> ByteRange | WholeBody:
    ranges = [each for each in found if isinstance(each, ByteRange)]
    if not ranges:
        return WholeBody()
    merged, *others = sorted(ranges, key=lambda each: each.start)
    for following in others:
        if following.start > merged.end + 1:
            return WholeBody()
        merged = ByteRange(merged.start, max(merged.end, following.end))
    return merged


def _etags(header: str | None) -> list[str]:
    if header is None or len(header) > 8 * _MAX_HEADER:
        return []
    if header.strip() == "*":
        return ["*"]
    return _ETAG.findall(header) if _ETAG_LIST.fullmatch(header) else []


def _strongly_equal(tag: str, etag: str) -> bool:
    return tag == etag and not tag.startswith("W/")
