"""Words as people search for them: case and accents folded, the same for what is stored and what is typed."""

import re
import unicodedata
from collections.abc import Sequence

MAX_WORD = 40
"""Longer words are cut: nobody types more of one."""

_WORD = re.compile(r"[^\W_]+")
# Letters that people type without their strokes and ties, and that Unicode does not take apart.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)
# Thai, Lao, Khmer, Burmese, Japanese and Chinese put no spaces between words, so that one may begin at any letter.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]|[\U00020000-\U0003ffff]"
)


def fold(text: str) -> str:
    """Return text in the form in which it is compared and sorted: without case, accents and marks."""
    if text.isascii():
        return text.lower()  # The same, a dozen times faster.
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()
    kept = "".join(character for character in apart if not unicodedata.category(character).startswith("M"))
    return kept.translate(_PLAIN)


def begins_anywhere(word: str) -> bool:
    """Whether a word like this folded one has no spaces around it, so that it may begin in the middle of others."""
    return _UNSPACED.match(word) is not None


def words(text: str) -> list[str]:
    """Return the words that someone searches for, folded, each once."""
    return list(dict.fromkeys(word[:MAX_WORD] for word in _WORD.findall(fold(text))))


def searchable(*texts: str) -> frozenset[str]:
    """Return everything that a search word has to be a beginning of to find these texts."""
    found: set[str] = set()
    for word in (word for text in texts for word in _WORD.findall(fold(text))):
        starts = [0, *(at for at in range(1, len(word)) if _UNSPACED.match(word, at))]
        found.update(word[start : start + MAX_WORD] for start in starts)
    return frozenset(found)


def marked(text: str, wanted: Sequence[str]) -> list[tuple[str, bool]]:
    """The text in parts, each with whether these folded words have found it: whole words, or letters without spaces."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for match in _WORD.finditer(text):
        begin, end = _hit(match.group(), wanted)
        if begin < end:
            parts += [
                (text[at : match.start() + begin], False),
                (text[match.start() + begin : match.start() + end], True),
            ]
            at = match.start() + end
    parts.append((text[at:], False))
    return [part for part in parts if part[0]]


def _hit(word: str, wanted: Sequence[str]) -> tuple[int, int]:
    """From where to where in a word something is found; nowhere where both are the same."""
    folded = fold(word)
    for each in wanted:
        if folded.startswith(each) and not begins_anywhere(each):
            return 0, len(word)
        at = folded.find(each) if begins_anywhere(each) else -1
        if at >= 0:
            return (at, at + len(each)) if len(folded) == len(word) else (0, len(word))
    return 0, 0
