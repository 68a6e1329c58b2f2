"""Longer words of people about a video: made clean for keeping, or refused in one sentence."""

import re
from functools import partial

from utils.patterns import LANGUAGE
from utils.text import scrub

MAX_DESCRIPTION = 10_000
_LANGUAGE = re.compile(LANGUAGE)


class InvalidWords(ValueError):
    """A description or a language cannot be kept."""


def clean_words(raw: object, *, name: str, most: int) -> str:
    """Return a text of at most so many letters, its lines as they are and none at the ends. Raises InvalidWords."""
    if not isinstance(raw, str):
        raise InvalidWords(f"The {name} must be a text.")
    # What was sent, as the description of the API has it, and what is kept: NFC can make it longer.
    _check_length(raw, name, most)
    words = "\n".join(scrub(line).rstrip() for line in raw.splitlines()).strip()
    _check_length(words, name, most)
    return words


def _check_length(text: str, name: str, most: int) -> None:
    if len(text) > most:
        raise InvalidWords(f"The {name} has {len(text)} characters; at most {most} are allowed.")


clean_description = partial(clean_words, name="description", most=MAX_DESCRIPTION)
clean_easy_description = partial(clean_words, name="easy description", most=MAX_DESCRIPTION)


def clean_language(raw: object) -> str | None:
    """Return a language such as `de` or `pt-BR`; None for an empty text. Raises InvalidWords."""
    if not isinstance(raw, str) or not _LANGUAGE.fullmatch(raw):
        raise InvalidWords("The language must be one as BCP 47 writes it, such as de or pt-BR.")
    return raw or None
