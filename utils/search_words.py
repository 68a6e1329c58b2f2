"""Words as people search for them: case and accents folded, the same for what is stored and what is typed."""

import re
import unicodedata

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
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()
    kept = "".join(character for character in apart if not unicodedata.category(character).startswith("M"))
    return kept.translate(_PLAIN)


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
