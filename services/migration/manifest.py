"""Lists that lie in a folder, and say of its files what is no part of them: a title, or which film a clip is of.

A list is CSV or JSON. People write these by hand and by all sorts of programs, so names of columns, decimal marks and
ways to write a time are taken as they come, and what is not understood is said line by line.
"""

import csv
import io
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from utils.text import has_unsafe_characters, quoted

LARGEST = 16 * 1024 * 1024
"""Bytes of a list."""

LONGEST_NAME = 2000
"""Bytes of a path, or of the name of a film: databases keep an index of no more."""

_COLUMNS = {
    "file": "file filename path filepath clip clipfile clipname clippath localpath localfile datei",
    "video": "video videoid videoname videofile clipof film filmid original originalvideo source sourcevideo "
    "sourceid parent parentvideo of",
    "start": "start starttime startseconds startsec startat begin from in inpoint markin",
    "end": "end endtime endseconds endsec endat to until out outpoint markout stop",
    "duration": "duration length seconds",
    "title": "title name label cliptitle heading titel",
}
_MEANS = {word: column for column, words in _COLUMNS.items() for word in words.split()}
_LATEST = 1e9  # Seconds: no film is that long, and more would not be written as people do.
_MOST_DIGITS = 300
_LISTS = ("clips", "videos", "files", "items", "entries", "manifest")
_TIME = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,9}(?:[.,]\d{1,9})?)\s*(?:s|sec|seconds)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class ListLine:
    """What one line of a list says."""

    where: str
    """The list and the line, such as `clips.csv:3`."""
    file: str | None
    """The file that it speaks of; None where something is to be cut out of the video."""
    video: str | None = None
    """The film that it is a clip of: a file of the same folder, or the id of a video."""
    start: float = 0.0
    """In seconds of that film."""
    end: float = 0.0
    title: str | None = None


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A line that says nothing that can be done."""

    where: str
    reason: str
    file: str | None = None
    """The file that it seems to speak of, which is not taken until the line is understood."""


class FileLists:
    """What all lists of a folder say together."""

    def __init__(self, said: Iterable[ListLine | Fault]) -> None:
        self.faults: list[Fault] = []
        self.cuts: list[ListLine] = []
        self._lines: dict[str, ListLine | Fault] = {}
        for each in said:
            self._take(each)

    def of(self, path: str) -> ListLine | Fault | None:
        """What is said of a file: by its path within the folder, or else by its name."""
        return self._lines.get(_plain(path)) or self._lines.get(_plain(path.rpartition("/")[2]))

    @property
    def lines(self) -> int:
        """How many lines were understood."""
        return len(self.cuts) + sum(isinstance(each, ListLine) for each in self._lines.values())

    def _take(self, said: ListLine | Fault) -> None:
        if isinstance(said, Fault):
            self.faults.append(said)
        elif said.file is None:
            self.cuts.append(said)
            return
        if said.file is None:
            return
        before = self._lines.setdefault(_plain(said.file), said)
        if before is not said and isinstance(said, ListLine):
            reason = f"{quoted(said.file)} stands in {before.where} already."
            self.faults.append(Fault(where=said.where, reason=reason))


def read_list(name: str, data: bytes) -> Iterator[ListLine | Fault]:
    """What a list says, line by line; never raises."""
    try:
        text = _text(data)
        rows = _json_rows(text) if name.lower().endswith(".json") else _csv_rows(text)
        told: set[str] = set()
        for number, row in rows:
            yield from _said(f"{name}:{number}", row, told)
    except (ValueError, csv.Error, RecursionError) as error:
        yield Fault(where=name, reason=f"It cannot be read as a list: {error}.")


def read_row(where: str, row: Mapping[str, Any]) -> Iterator[ListLine | Fault]:
    """What names and values say of a file, in any of the words for them; others mean nothing."""
    values, _ = _known(row)
    return _said(where, values, set())


def _said(where: str, row: Mapping[str, Any] | str, told: set[str]) -> Iterator[ListLine | Fault]:
    """What one row says; `told` are the names of which it has been said that they mean nothing here."""
    if isinstance(row, str):
        yield Fault(where=where, reason=row)
        return
    values, unknown = _known(row)
    if new := [each for each in unknown if each not in told]:
        told.update(new)
        names = ", ".join(quoted(each) for each in new)
        yield Fault(where=where, reason=f"This is not understood, and left out: {names}.")
    file, video, title = (_words(values.get(each)) for each in ("file", "video", "title"))
    try:
        for name in (file, video):
            _check_name(name)
        span = _span(values)
    except ValueError as error:
        yield Fault(where=where, reason=str(error), file=file or None)
        return
    if not file and not video:
        yield Fault(where=where, reason="It names no file.")
    elif span is None:
        if file and video:
            yield Fault(where=where, reason="A clip of a video needs its start and its end.", file=file)
        else:
            yield ListLine(where=where, file=file or video, title=title or None)
    elif not video:
        yield Fault(where=where, reason="It says from when to when, and not of which video.", file=file)
    else:
        yield ListLine(where=where, file=file or None, video=video, start=span[0], end=span[1], title=title or None)


def _check_name(name: str) -> None:
    """Raises ValueError in words for what is the name of no file."""
    if has_unsafe_characters(name):
        raise ValueError(f"The name {quoted(name)} holds what no name may.")
    if len(name.encode()) > LONGEST_NAME:
        raise ValueError(f"The name {quoted(name)} is longer than {LONGEST_NAME} bytes.")


def _span(values: Mapping[str, Any]) -> tuple[float, float] | None:
    """From when to when; None where nothing is said of it. Raises ValueError in words."""
    start, end, duration = (_seconds(values.get(each), name=each) for each in ("start", "end", "duration"))
    if end is None and duration is not None and start is not None:
        end = start + duration
    if start is None and end is None:
        return None
    if end is None:
        raise ValueError("It says when the clip begins, and not when it ends.")
    return start or 0.0, end


def _seconds(value: Any, *, name: str) -> float | None:
    if value is None or value == "":
        return None
    found = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if found is None and (match := _TIME.fullmatch(str(value).strip())):
        hours, minutes, seconds = match.groups()
        found = int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds.replace(",", "."))
    if found is None or not 0 <= found < _LATEST:
        raise ValueError(f"The {name} {quoted(str(value))} is no time: write seconds, or 1:02:03.5.")
    return float(found)


def _known(row: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The values by our own names, and the names that mean nothing here."""
    values: dict[str, Any] = {}
    unknown = []
    for name, value in row.items():
        column = _MEANS.get(_letters(name))
        if column is None:
            unknown.append(str(name))
        elif value is not None and value != "":
            values.setdefault(column, value)
    return values, unknown


def _csv_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    header = next(reader, [])
    known = [_MEANS.get(_letters(name)) for name in header]
    if not {"file", "video"} & set(known):
        yield 1, "The first line has to name the columns: file, video, start, end, title."
        return
    for name, column in zip(header, known, strict=True):
        if column is None and name.strip():
            yield 1, f"The column {quoted(name)} is not understood, and left out."
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(header):
            yield reader.line_num, f"It has {len(row)} columns, where the first line names {len(header)}."
            continue
        cells = zip(known, row, strict=False)
        yield reader.line_num, {column: cell.strip() for column, cell in cells if column is not None}


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    said = json.loads(text, parse_int=_whole)
    common: dict[str, Any] = {}
    if isinstance(said, dict):
        name = next((each for each in _LISTS if isinstance(said.get(each), list)), None)
        if name is not None:
            common = {key: value for key, value in said.items() if key != name and _MEANS.get(_letters(key))}
            said = said[name]
        elif said and all(isinstance(each, dict) for each in said.values()):
            said = [{"file": key} | value for key, value in said.items()]
        else:
            said = [said]
    if not isinstance(said, list):
        raise ValueError("expected a list, or an object with one")  # noqa: TRY004 - the caller tells of values
    for number, each in enumerate(said, start=1):
        yield number, common | each if isinstance(each, dict) else "It is no object with names and values."


def _whole(digits: str) -> int | float:
    """A number as Python can write it out again."""
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _words(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def _letters(name: object) -> str:
    return "".join(letter for letter in str(name).lower() if letter.isalnum())


def _plain(path: str) -> str:
    """A path as lists are compared by it: programs differ in case, slashes and how they compose letters."""
    return unicodedata.normalize("NFC", path.replace("\\", "/").removeprefix("./")).casefold()
