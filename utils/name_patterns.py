"""Names of files that people take along, made of a pattern such as `{date} {title}`."""

import re
from collections.abc import Collection, Mapping

LONGEST_PATTERN = 200
_FIELD = re.compile(r"\{([^{}]*)\}")
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]')
_EDGES = " -_.,"


def check_pattern(pattern: str, fields: Collection[str]) -> None:
    """Raise `ValueError`, with a sentence, where no name can be made of it with these fields."""
    there_are = ", ".join(f"{{{each}}}" for each in fields)
    if not pattern.strip() or len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"The pattern must be a text of 1 to {LONGEST_PATTERN} characters.")
    named = _FIELD.findall(pattern)
    if unknown := next((each for each in named if each not in fields), None):
        raise ValueError(f"There is no field {{{unknown}}}. There are {there_are}.")
    left = _FIELD.sub("", pattern)
    if "{" in left or "}" in left or "" in named:
        raise ValueError("Each { needs a field and its }.")
    if not named:
        raise ValueError(f"The pattern needs a field, or all files are named the same. There are {there_are}.")
    if _UNSAFE.search(left):
        raise ValueError('A name of a file cannot have / \\ : * ? " < > | in it.')


def filled(pattern: str, values: Mapping[str, str]) -> str:
    """The pattern with the values in the place of its fields; empty where nothing is left.

    What joined a value that is empty to the rest goes, where that is at an end.
    """
    text = _FIELD.sub(lambda field: values.get(field[1], ""), pattern)
    return " ".join(text.split()).strip(_EDGES)
