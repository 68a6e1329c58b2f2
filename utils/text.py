"""Text from outside: made clean for keeping, made short and printable for quoting."""

import re
import unicodedata

# Embeddings, overrides and isolates make "gpj.exe" read as "exe.jpg". The plain marks (LRM, RLM, ALM)
# stay: right-to-left titles need them.
_REPLACEMENT = "\ufffd"
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def has_unsafe_characters(text: str) -> bool:
    """Tell whether text holds control characters, direction overrides or lone surrogates."""
    return _UNSAFE.search(text) is not None


def scrub(text: str) -> str:
    """Return text as NFC on one line: no control characters or direction overrides, surrogates replaced.

    White space of every kind becomes a plain space where it would break the line, and stays otherwise.
    """
    return unicodedata.normalize("NFC", _UNSAFE.sub(_harmless, text))


def one_line(text: str) -> str:
    """Return text scrubbed, with each run of white space as a single space and none at the ends."""
    return " ".join(scrub(text).split())


def quoted(text: str, *, limit: int = 64) -> str:
    """Return text in quotation marks for a message: printable, and clipped to about `limit` characters."""
    clipped = text if len(text) <= limit else text[: limit - 1] + "…"
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in clipped) + '"'


def _harmless(match: re.Match[str]) -> str:
    character = match[0]
    if character.isspace():
        return " "
    return _REPLACEMENT if "\ud800" <= character <= "\udfff" else ""
