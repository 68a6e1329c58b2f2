"""Artists from a CSV: as spreadsheets write it, with or without a line that names the columns."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import msgspec

from services.artists.artist import SERVICES
from services.artists.change import ArtistChange
from services.artists.errors import InvalidArtistError
from services.artists.lists import MOST_ENTRIES, ListEntry
from utils.search_words import fold

_COLUMNS = {
    **dict.fromkeys(("name", "artist", "artist name", "artistname", "maker", "speaker", "channel"), "name"),
    **dict.fromkeys(("other names", "other_names", "aliases", "alias", "also known as"), "other_names"),
    **dict.fromkeys(("text", "about", "biography", "description"), "text"),
    **dict.fromkeys(("picture", "image", "photo"), "picture"),
    **dict.fromkeys(("links", "link", "url", "website"), "links"),
    **{f"{service}{ending}": service for service in SERVICES for ending in ("", " id", "_id")},
}
"""What a column is called, and what it says."""
_LONGEST_FIELD = 20_000
_SEVERAL = {"other_names", "links"}


def entries_of(text: str) -> list[ListEntry]:
    """The artists of a CSV; raises `InvalidArtistError` where it is none, or longer than what is taken at once.

    Several names or links in a cell have `|` between them. Without a line that names the columns, the first is the
    name.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    text = text.removeprefix("\ufeff").replace("\x00", "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    entries: list[ListEntry] = []
    columns: Sequence[str] | None = None
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                columns = _columns(row)
                if columns != ("name",):
                    continue
            entries.append(ListEntry(said=_said(columns, row), line=reader.line_num))
            if len(entries) > MOST_ENTRIES:
                raise InvalidArtistError(f"The list has more than {MOST_ENTRIES} artists. Send it in parts.")
    except csv.Error as error:
        raise InvalidArtistError(f"This is no CSV: line {reader.line_num} cannot be read.") from error
    return entries


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


def _columns(row: Sequence[str]) -> tuple[str, ...]:
    """What each column says, as the first line names them; only a name where it names nothing."""
    named = tuple(_COLUMNS.get(" ".join(fold(cell).split()), "") for cell in row)
    return named if "name" in named else ("name",)


def _said(columns: Sequence[str], row: Sequence[str]) -> ArtistChange:
    said: dict[str, Any] = {}
    ids: dict[str, str] = {}
    for column, cell in zip(columns, row, strict=False):
        value = cell.strip()
        if not column or not value:
            continue
        if column in SERVICES:
            ids[column] = value
        elif column in _SEVERAL:
            said[column] = [each.strip() for each in value.split("|") if each.strip()]
        else:
            said.setdefault(column, value)
    if ids:
        said["ids"] = ids
    # An empty name is refused where all are.
    return msgspec.convert({"name": "", **said}, type=ArtistChange)
