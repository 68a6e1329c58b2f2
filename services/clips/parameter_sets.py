"""What a decoder of H.264 must know before the first picture, as an MP4 keeps it: read, and brought into another MP4.

An `avcC` box may hold several parameter sets, each with a number, which pictures name. So pictures of two encoders can
follow each other in one track: every player has all sets from the beginning.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Self

from services.media.errors import BadMediaError

MOST_SETS = 31
"""Sets of sequences have the numbers 0 to 31; a box names at most so many."""

_BEFORE_TABLES = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1", b"avcC")
_FIELDS = {b"stsd": 8, b"avc1": 78}
"""So many bytes of these boxes come before the boxes that they hold."""
_LARGEST_INDEX = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class ParameterSets:
    """The sets of one track."""

    profile: int
    compatibility: int
    level: int
    sequences: tuple[bytes, ...]
    pictures: tuple[bytes, ...]
    rest: bytes
    """What some profiles add."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Those of an MP4 with one track; raises `BadMediaError` where there are none."""
        with path.open("rb") as file:
            _, index = _index_of(file)
        begin, end = _boxes_down(index)[-1]
        return cls.parse(index[begin + 8 : end])

    @classmethod
    def parse(cls, box: bytes) -> Self:
        """Those of an `avcC` box without its head."""
        try:
            if box[0] != 1 or box[4] & 3 != 3:
                raise BadMediaError("These parameter sets are written in an unusual way.")
            sequences, at = _sets(box, 6, count=box[5] & 31)
            pictures, at = _sets(box, at + 1, count=box[at])
        except IndexError as error:
            raise BadMediaError("The parameter sets end too early.") from error
        return cls(
            profile=box[1],
            compatibility=box[2],
            level=box[3],
            sequences=sequences,
            pictures=pictures,
            rest=box[at:],
        )

    def to_box(self) -> bytes:
        """The same, as a box has it."""
        head = bytes([1, self.profile, self.compatibility, self.level, 0xFF, 0xE0 | len(self.sequences)])
        return b"".join([head, *map(_counted, self.sequences), bytes([len(self.pictures)])]) + b"".join(
            [*map(_counted, self.pictures), self.rest]
        )

    @property
    def numbers(self) -> frozenset[int]:
        """The numbers that are taken, of sets of either kind."""
        # Before its number, a sequence's set says its profile and level.
        return frozenset(
            [_first_number(each[4:]) for each in self.sequences] + [_first_number(each[1:]) for each in self.pictures]
        )

    def with_those_of(self, others: Sequence["ParameterSets"]) -> "ParameterSets":
        """All sets together; the highest level is named first, since that is what players judge by."""
        every = sorted([self, *others], key=lambda each: -each.level)
        sequences = tuple(dict.fromkeys(each for sets in every for each in sets.sequences))
        pictures = tuple(dict.fromkeys(each for sets in every for each in sets.pictures))
        if len(sequences) > MOST_SETS:
            raise BadMediaError("There are more parameter sets than a film can have.")
        return replace(every[0], sequences=sequences, pictures=pictures)

    def write(self, path: Path) -> None:
        """Put these into an MP4 with one track, whose index stands at its end."""
        with path.open("r+b") as file:
            begin, index = _index_of(file)
            boxes = _boxes_down(index)
            if boxes[0][1] != len(index):
                raise BadMediaError("The index of what was cut does not stand at its end.")
            at, end = boxes[-1]
            content = self.to_box()
            grown = 8 + len(content) - (end - at)
            changed = bytearray(index[:at] + (8 + len(content)).to_bytes(4, "big") + b"avcC" + content + index[end:])
            for box, _ in boxes[:-1]:
                size = int.from_bytes(changed[box : box + 4], "big") + grown
                changed[box : box + 4] = size.to_bytes(4, "big")
            file.seek(begin)
            file.write(changed)
            file.truncate()


def _index_of(file: BinaryIO) -> tuple[int, bytes]:
    """Where the index begins, and all from there to the end."""
    end = file.seek(0, 2)
    at = 0
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        size = int.from_bytes(head[:4], "big")
        if head[4:8] == b"moov":
            if end - at > _LARGEST_INDEX:
                break
            file.seek(at)
            return at, file.read()
        # A size of 1 says that the size follows, in eight bytes.
        at += max(8, int.from_bytes(head[8:16], "big") if size == 1 else size)
    raise BadMediaError("What was cut has no index, or too large a one.")


def _boxes_down(index: bytes) -> list[tuple[int, int]]:
    """Where each box begins and ends, from the index down to the parameter sets."""
    found: list[tuple[int, int]] = []
    begin, end = 0, len(index)
    for name in _BEFORE_TABLES:
        box = next((each for each in _boxes(index, begin, end) if index[each[0] + 4 : each[0] + 8] == name), None)
        if box is None:
            raise BadMediaError("There are no parameter sets in what was cut.")
        found.append(box)
        begin, end = box[0] + 8 + _FIELDS.get(name, 0), box[1]
    return found


def _boxes(index: bytes, begin: int, end: int) -> Iterator[tuple[int, int]]:
    while begin + 8 <= end:
        size = int.from_bytes(index[begin : begin + 4], "big")
        if size < 8 or begin + size > end:
            return
        yield begin, begin + size
        begin += size


def _sets(box: bytes, at: int, *, count: int) -> tuple[tuple[bytes, ...], int]:
    found = []
    for _ in range(count):
        size = (box[at] << 8) + box[at + 1]
        found.append(box[at + 2 : at + 2 + size])
        at += 2 + size
    return tuple(found), at


def _counted(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def _first_number(data: bytes) -> int:
    """An Exp-Golomb number: as many zeros as it has further bits, a one, and those."""
    bits = "".join(f"{each:08b}" for each in data[:8])
    zeros = len(bits) - len(bits.lstrip("0"))
    return int(bits[zeros : 2 * zeros + 1] or "0", 2) - 1
