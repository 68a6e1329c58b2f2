"""A ZIP file of stored files, laid out before a byte of it is there: its length is known, and it can be sent in parts.

Nothing is compressed: films are already. The checksum of a file stands behind its bytes (APPNOTE 4.3.9), because it is
known only then; the sizes stand in front of them, for tools that read the file as it comes. What is larger than 2 GiB
is written as ZIP64 has it.
"""

import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, count

_LARGE = 0x7FFFFFFF
"""From here on numbers are written in 64 bits: some tools read those of 32 with a sign."""
_MANY, _ELSEWHERE = 0xFFFF, 0xFFFFFFFF
_PLAIN_VERSION, _LARGE_VERSION = 20, 45
_FLAGS = 1 << 3 | 1 << 11
"""The checksum follows the bytes; names are UTF-8."""
_UNIX, _READABLE = 3, 0o100644
_LONGEST_NAME = 200
"""In bytes, so that it fits into a file system wherever it is unpacked."""

_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ZipMember:
    """A file to be."""

    name: str
    size: int
    modified: datetime
    """In UTC."""

    @property
    def is_large(self) -> bool:
        """Whether its size needs 64 bits."""
        return self.size >= _LARGE


class ZipLayout:
    """Where everything stands. The checksums are asked for as late as they are needed."""

    def __init__(self, members: Sequence[ZipMember]) -> None:
        self.members = tuple(members)
        lengths = (len(self.head(each)) + each.size + len(self.tail(each, 0)) for each in self.members)
        *self._starts, self._directory = accumulate(lengths, initial=0)
        self.size = self._directory + len(self.end([0] * len(self.members)))

    def before(self, position: int) -> list[int]:
        """How many bytes of each file stand in front of a position."""
        begins = (start + len(self.head(each)) for start, each in zip(self._starts, self.members, strict=True))
        return [min(each.size, max(0, position - begin)) for begin, each in zip(begins, self.members, strict=True)]

    def head(self, member: ZipMember) -> bytes:
        """What stands before a file's bytes."""
        name, size = member.name.encode(), _short(member.size)
        extra = _extra(member.size, member.size) if member.is_large else b""
        fields = (
            _LARGE_VERSION if member.is_large else _PLAIN_VERSION,
            _FLAGS,
            0,
            *_moment(member.modified),
            0,
            size,
            size,
            len(name),
            len(extra),
        )
        return b"PK\3\4" + struct.pack("<5H3L2H", *fields) + name + extra

    def tail(self, member: ZipMember, checksum: int) -> bytes:
        """What stands behind a file's bytes."""
        return b"PK\7\x08" + struct.pack("<L2Q" if member.is_large else "<3L", checksum, member.size, member.size)

    def end(self, checksums: Sequence[int]) -> bytes:
        """What stands behind all files: the directory of them."""
        directory = b"".join(
            _entry(member, start, checksum)
            for member, start, checksum in zip(self.members, self._starts, checksums, strict=True)
        )
        number, size = len(self.members), len(directory)
        end = b""
        if number >= _MANY or size >= _LARGE or self._directory >= _LARGE:
            at = self._directory + size
            fields = (44, _LARGE_VERSION, _LARGE_VERSION, 0, 0, number, number, size, self._directory)
            end = b"PK\6\6" + struct.pack("<Q2H2L4Q", *fields) + b"PK\6\7" + struct.pack("<LQL", 0, at, 1)
        short = (min(number, _MANY), min(number, _MANY), _short(size), _short(self._directory))
        return directory + end + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, *short, 0)


def safe_names(names: Iterable[str]) -> list[str]:
    """The names as every file system takes them, and no two alike."""
    taken: set[str] = set()
    safe = []
    for name in map(_safe, names):
        stem, dot, ending = name.rpartition(".")
        stem, ending = (stem, dot + ending) if stem else (name, "")
        candidates = (name if number == 1 else f"{stem} ({number}){ending}" for number in count(1))
        free = next(each for each in candidates if each.casefold() not in taken)
        taken.add(free.casefold())
        safe.append(free)
    return safe


def _safe(name: str) -> str:
    name = _UNSAFE.sub("_", name.encode("utf-8", "replace").decode()).strip(" .") or "video"
    if _RESERVED.match(name):
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 8:
        stem, dot, ending = name, "", ""
    room = _LONGEST_NAME - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + ending


def _short(number: int) -> int:
    """The number in 32 bits, or the sign that it stands elsewhere in 64."""
    return number if number < _LARGE else _ELSEWHERE


def _extra(*values: int) -> bytes:
    """What ZIP64 writes in 64 bits."""
    return struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values) if values else b""


def _entry(member: ZipMember, start: int, checksum: int) -> bytes:
    name, size = member.name.encode(), _short(member.size)
    extra = _extra(*[member.size] * (2 if member.is_large else 0), *[start] * (start >= _LARGE))
    version = _LARGE_VERSION if extra else _PLAIN_VERSION
    fields = (_UNIX << 8 | version, version, _FLAGS, 0, *_moment(member.modified), checksum, size, size)
    ends = (len(name), len(extra), 0, 0, 0, _READABLE << 16, _short(start))
    return b"PK\1\2" + struct.pack("<6H3L", *fields) + struct.pack("<5H2L", *ends) + name + extra


def _moment(moment: datetime) -> tuple[int, int]:
    """Time and date as DOS counts them: in steps of two seconds, from 1980 on."""
    year = min(max(moment.year, 1980), 2107)
    return (
        moment.hour << 11 | moment.minute << 5 | moment.second // 2,
        (year - 1980) << 9 | moment.month << 5 | moment.day,
    )
