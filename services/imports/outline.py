"""What is kept of a film that passes by, so that it can be judged before it is stored.

Of MP4 everything but the pictures and sounds is kept, wherever it lies, and of any other film its beginning: a sparse
file that takes a few megabytes of disk and that ffmpeg looks into as into the whole. The boxes of an MP4, and what
Matroska and AVI say of their own length, tell whether the end is missing.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from utils.signatures import SNIFF_BYTES, Container, sniff
from utils.sizes import MIB

ROOM_MB = 128
"""Scratch space that one takes at the most."""

_MOST_KEPT = 96 * MIB
_HEAD = 8 * MIB
_OF_A_BOX = 2 * MIB
_PAGE = 4096
_ISO = frozenset({Container.MP4, Container.QUICKTIME, Container.THREE_GP})
_EBML, _SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"


class Outline:
    """The outline of one film, written as its bytes pass."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.is_complete = True
        """Whether all that was to be kept has had room."""
        self._file = path.open("wb")
        self._kept = self._end_page = 0
        self._head = b""
        self._is_begun = False
        self._boxes: _Boxes | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self.size += len(data)
        if self._is_begun:
            self._take(data, begin=self.size - len(data))
            return
        # What it is says where to look, and the first piece may be a short one.
        self._head += data
        if len(self._head) >= SNIFF_BYTES:
            self._begin()

    def finish(self) -> None:
        """Write what is left, as long as the film itself where parts of it were left out."""
        if not self._is_begun:
            self._begin()
        if self._boxes is not None:
            self._file.truncate(self.size)
        self._file.flush()

    @property
    def lacks_its_end(self) -> bool:
        """Whether the film itself says that it is longer than what has passed."""
        if self._boxes is not None:
            return self._boxes.is_within(self.size)
        return self.size < _own_length(self._head)

    @property
    def tells_its_end(self) -> bool:
        """Whether the film itself says how long it is, so that it can be seen whether its end is there."""
        if self._boxes is not None:
            return self._boxes.tell_their_end
        own = _own_length(self._head)
        # Behind the first part of a large AVI there are others, which it does not tell of.
        return own > 0 and (self._head[:4] != b"RIFF" or self.size <= own + 1)

    @property
    def is_in_pieces(self) -> bool:
        """Whether its index does not tell how long it is."""
        return self._boxes is None or self._boxes.has_fragments

    def _begin(self) -> None:
        self._is_begun = True
        if sniff(self._head[:SNIFF_BYTES]) in _ISO:
            self._boxes = _Boxes()
        self._take(self._head, begin=0)
        self._head = self._head[:SNIFF_BYTES]

    def _take(self, data: bytes, *, begin: int) -> None:
        for first, last in self._boxes.wanted(data) if self._boxes else [(0, len(data))]:
            self._keep(data, begin, first, last)

    def _keep(self, data: bytes, begin: int, first: int, last: int) -> None:
        if self._boxes is None:
            last = min(last, max(0, _HEAD - begin))
        if first >= last:
            return
        # A file has room for whole pages, and each is written to from its beginning on.
        first_page, end_page = (begin + first) // _PAGE, -(-(begin + last) // _PAGE)
        pages = end_page - max(first_page, self._end_page)
        if self._kept + pages * _PAGE > _MOST_KEPT:
            self.is_complete = False
            return
        self._kept += pages * _PAGE
        self._end_page = end_page
        self._file.seek(begin + first)
        self._file.write(memoryview(data)[first:last])


class _Boxes:
    """Follows the boxes of an MP4 at its top, through pieces of any size."""

    def __init__(self) -> None:
        self.has_fragments = False
        self._at = 0
        self._header = b""
        self._kind = b""
        self._begins = 0
        self._next: int | None = 0
        """Where the next box begins; None where nothing can be said of what follows."""
        self._media = 0

    @property
    def tell_their_end(self) -> bool:
        """Whether each says how long it is, and pictures and sounds lie in one that an index stands for."""
        return self._next is not None and self._media > 0 and not self.has_fragments

    def is_within(self, size: int) -> bool:
        """Whether a film of this size would end inside a box."""
        return self._next is not None and (size < self._next or bool(self._header))

    def wanted(self, data: bytes) -> list[tuple[int, int]]:
        """Which parts of these bytes are to be kept."""
        found: list[tuple[int, int]] = []
        place = 0
        while place < len(data):
            if self._next is not None and self._at == self._next + len(self._header):
                step = self._read_header(data, place)
                found.append((place, place + step))
            else:
                left = len(data) - place
                step = left if self._next is None else min(left, self._next - self._at)
                found += self._inside(place, step)
            place += step
            self._at += step
        return found

    def _inside(self, place: int, step: int) -> list[tuple[int, int]]:
        if self._kind != b"mdat":
            return [(place, place + step)]
        # Of pictures and sounds the first are enough.
        most = max(_HEAD, self._begins + _OF_A_BOX if self._media == 1 else 0) - self._at
        return [(place, place + min(step, most))] if most > 0 else []

    def _read_header(self, data: bytes, place: int) -> int:
        """Read as much of a box's header as is here; returns how much that was."""
        long = self._header[:4] == b"\0\0\0\1" and len(self._header) >= 8
        piece = data[place : place + (16 if long else 8) - len(self._header)]
        self._header += piece
        if len(self._header) in {8, 16} and (len(self._header) == 16 or self._header[:4] != b"\0\0\0\1"):
            self._begin_box()
        return len(piece)

    def _begin_box(self) -> None:
        header, begins = self._header, self._next or 0
        size = int.from_bytes(header[8:16] if len(header) == 16 else header[:4], "big")
        self._kind, self._begins, self._header = header[4:8], begins, b""
        self._media += self._kind == b"mdat"
        self.has_fragments = self.has_fragments or self._kind == b"moof"
        # 0 is "to the end"; what is smaller than a header, or named by no letters, says nothing of what follows.
        is_box = size >= len(header) and self._kind.isascii() and self._kind.decode("ascii", "replace").isprintable()
        self._next = begins + size if is_box else None


def _own_length(head: bytes) -> int:
    """How long the film says that it is, at least."""
    if head[:4] == b"RIFF":
        return int.from_bytes(head[4:8], "little") + 8
    if head[:4] != _EBML:
        return 0
    header, width = _vint(head, 4)
    at = 4 + width + header
    if head[at : at + 4] != _SEGMENT:
        return 0
    size, width = _vint(head, at + 4)
    is_unknown = size == (1 << 7 * width) - 1
    return 0 if is_unknown else at + 4 + width + size


def _vint(data: bytes, at: int) -> tuple[int, int]:
    """A length as EBML writes it, and how many bytes that takes."""
    if at >= len(data) or data[at] == 0:
        return 0, 1
    width = 9 - data[at].bit_length()
    return int.from_bytes(data[at : at + width], "big") & ((1 << 7 * width) - 1), width
