"""What is said in a film, as its row has it, and the words that it is found by."""

import re
import zlib
from collections.abc import Iterable, Sequence

import msgspec

from utils.search_words import begins_anywhere, fold, searchable

_LONGEST_UNSPACED = 8
"""Letters. Where words have no spaces, one begins at each letter: together they would be the text many times."""
_MOST_BYTES = 900_000
"""Of the words of a film: PostgreSQL takes a million. Hours of speech have a tenth of them."""


class SpokenLine(msgspec.Struct, frozen=True, array_like=True):
    """Something that is said at once."""

    start: int
    """In milliseconds."""
    language: str
    text: str


_LINES = msgspec.json.Decoder(tuple[SpokenLine, ...])


def pack(lines: Sequence[SpokenLine]) -> bytes:
    """The lines as they are kept."""
    return zlib.compress(msgspec.json.encode(lines))


def unpack(packed: bytes) -> tuple[SpokenLine, ...]:
    """The lines that were kept."""
    return _LINES.decode(zlib.decompress(packed))


def indexed(lines: Iterable[SpokenLine]) -> tuple[str, ...]:
    """The words that a film is found by, each once, in the order in which they are said."""
    found: dict[str, None] = {}
    size = 0
    for line in lines:
        for word in sorted(searchable(line.text)):
            kept = shortened(word)
            if kept in found:
                continue
            size += len(kept.encode())
            if size > _MOST_BYTES:
                return tuple(found)
            found[kept] = None
    return tuple(found)


def shortened(word: str) -> str:
    """As much of a folded word as the index knows."""
    return word[:_LONGEST_UNSPACED] if begins_anywhere(word) else word


def best_line(lines: Sequence[SpokenLine], wanted: Sequence[str]) -> SpokenLine | None:
    """The first line in which the most of these folded words are said."""
    patterns = [starting(word) for word in wanted]
    best, most = None, -1
    for line in lines:
        text = fold(line.text)
        hits = sum(pattern.search(text) is not None for pattern in patterns)
        if hits > most:
            best, most = line, hits
            if hits == len(patterns):
                break
    return best


def starting(word: str) -> re.Pattern[str]:
    """What finds, in a folded text, a word that begins so."""
    return re.compile(re.escape(word) if begins_anywhere(word) else rf"(?<![^\W_]){re.escape(word)}")
