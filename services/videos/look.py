"""What a film looks like, short enough to be compared with thousands: which of its pictures are brighter on which side.

Sixteen pictures, evenly spread, of nine by eight grey pixels each; a bit says whether a pixel is brighter than the one
to its right (a difference hash). Another size, wrapping or bit rate changes few of the 64 bits; another film about
half of them.
"""

from collections.abc import Sequence
from itertools import pairwise

LOOKS = 16
"""Pictures of a film."""
MOST_APART = 12.0
"""Of 64 bits, on average. Measured (tests/services/media/test_analysis.py): what is smaller or encoded anew lies within
6, what begins 0.4 s later within 10, and another film beyond 28."""

LOOK_ACROSS, LOOK_DOWN = 9, 8
"""Pixels of each."""
_BITS = 64
_LEAST_TOLD = 8
"""So many pictures of both must show something, or nothing is said."""
_LEAST_RANGE = 24
"""A picture whose brightness differs by less shows nothing: it is black, or a plain colour."""
_LEAST_KINDS = 3
"""A film that shows fewer different pictures, such as a card with a title, looks like too many others."""
_DIGITS = _BITS // 4
_NOTHING = "-" * _DIGITS


def look_of(pictures: Sequence[Sequence[int]]) -> str:
    """The look of a film, as text; empty where it shows too little to be told from others."""
    if not pictures:
        return ""
    # A film's length may be a little wrong: its last picture stands for those that are missing.
    spread = [pictures[min(number, len(pictures) - 1)] for number in range(LOOKS)]
    hashes = [_hash(picture) for picture in spread]
    told = [each for each in hashes if each is not None]
    kinds: list[int] = []
    for each in told:
        if all((each ^ other).bit_count() > MOST_APART for other in kinds):
            kinds.append(each)
    if len(told) < _LEAST_TOLD or len(kinds) < _LEAST_KINDS:
        return ""
    return "".join(_NOTHING if each is None else f"{each:0{_DIGITS}x}" for each in hashes)


def look_of_picture(picture: Sequence[int]) -> str:
    """The look of one picture, as text; empty where it shows nothing."""
    hashed = _hash(picture)
    return "" if hashed is None else f"{hashed:0{_DIGITS}x}"


def pictures_in(look: str) -> list[str]:
    """The looks of those pictures of a film that show something."""
    return [each for each in _parts(look) if each != _NOTHING]


def apart(one: str, other: str) -> float | None:
    """How many of 64 bits differ between two looks, on average; None where that cannot be told."""
    pairs = [
        (int(left, 16) ^ int(right, 16)).bit_count()
        for left, right in zip(_parts(one), _parts(other), strict=False)
        if _NOTHING not in {left, right}
    ]
    return None if len(pairs) < _LEAST_TOLD else sum(pairs) / len(pairs)


def _parts(look: str) -> list[str]:
    return [look[begin : begin + _DIGITS] for begin in range(0, len(look), _DIGITS)]


def _hash(picture: Sequence[int]) -> int | None:
    if max(picture) - min(picture) < _LEAST_RANGE:
        return None
    bits = 0
    for begin in range(0, len(picture), LOOK_ACROSS):
        row = picture[begin : begin + LOOK_ACROSS]
        for left, right in pairwise(row):
            bits = bits << 1 | (left > right)
    return bits
