"""Tables for spreadsheets, as CSV (RFC 4180), in which nothing that people have written is taken for a formula."""

import csv
import io
from collections.abc import Iterable

_FORMULAS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20|%\t\r\n\0")


def csv_line(values: Iterable[str | int | float | None]) -> str:
    """One line of a table, with its end; numbers stay numbers, and None is an empty cell."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(
        [_harmless(each) if isinstance(each, str) else each for each in values]
    )
    return line.getvalue()


def _harmless(text: str) -> str:
    """The text behind an apostrophe where a spreadsheet would work something out, or start a program."""
    # Some look past blanks and what cannot be seen before they decide.
    begins = text.lstrip(" \u00a0\u200b\u2060\ufeff")[:1] or text[:1]
    return f"'{text}" if begins in _FORMULAS and begins else text
