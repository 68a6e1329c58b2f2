"""Reads multipart/form-data as it arrives: bytes in, parts out, nothing kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from multipart import MultipartError, MultipartSegment, ParserLimitReached, PushMultipartParser

from utils.text import quoted

_MAX_BOUNDARY = 70  # RFC 2046.
MOST_KEPT_BACK = _MAX_BOUNDARY + len("\r\n--")
"""Bytes of a part that a reader may keep until the next chunk, because a boundary may begin with them."""
_MAX_CONTENT_TYPE = 1024
_NAME = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_PARAMETER = re.compile(
    rf';[ \t]*(?P<name>{_NAME})[ \t]*=[ \t]*(?:"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<bare>[^\s";]*))[ \t]*'
)
_QUOTED_PAIR = re.compile(r'\\(["\\])')
_BOUNDARY = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_EXTENDED = re.compile(r"(?P<charset>utf-8|iso-8859-1)'[A-Za-z0-9-]*'(?P<value>[!-~]*)", re.IGNORECASE)
_IDENTITY_ENCODINGS = frozenset({"7bit", "8bit", "binary"})


class MalformedMultipart(ValueError):
    """The body is not multipart/form-data that can be read to its end, or goes past a limit."""


@dataclass(frozen=True)
class FormLimits:
    """How much of everything but file content one body may have."""

    parts: int = 1000
    headers: int = 8
    """Per part."""
    header_bytes: int = 4096
    """Per header line; the longest name of any file system fits twice, plain and percent-encoded."""
    field_bytes: int = 64 * 1024
    """The content of a part that is not a file."""


@dataclass(frozen=True)
class PartBegin:
    """A part begins; it is a file exactly when it has a filename, which may be empty."""

    name: str
    filename: str | None
    content_type: str | None
    """As the client sent it."""
    headers: tuple[tuple[str, str], ...]
    """All headers in order, their names in Title-Case."""


@dataclass(frozen=True, slots=True)
class PartData:
    """More bytes of the part that began last, never none; a chunk of nothing else is passed on uncopied."""

    data: bytes


@dataclass(frozen=True, slots=True)
class PartEnd:
    """The part that began last is complete."""


class MultipartReader:
    """One body's reader. Feed it chunks; after the last one, `finish` tells whether the body was whole."""

    def __init__(self, content_type: str, *, limits: FormLimits | None = None) -> None:
        """Begin a body whose request has this Content-Type. Raises MalformedMultipart."""
        self._limits = limits or FormLimits()
        self._field_bytes_left: int | None = None
        self._parser = PushMultipartParser(
            boundary_of(content_type),
            max_header_size=self._limits.header_bytes,
            max_header_count=self._limits.headers,
            max_segment_count=self._limits.parts,
        )

    def feed(self, chunk: bytes) -> Iterator[PartBegin | PartData | PartEnd]:
        """Yield what the chunk brings; take all of it before feeding the next. Raises MalformedMultipart.

        Feed 64 KiB or more at a time: below about 30,000 bytes CPython searches by a plainer method, ten
        times slower on data full of line ends. What follows the closing boundary is ignored.
        """
        if not chunk:  # To the parser below an empty chunk would be the end of the body.
            return
        try:
            for event in self._parser.parse(chunk):
                if event is None:
                    yield PartEnd()
                elif isinstance(event, MultipartSegment):
                    yield self._begin(event)
                else:
                    self._count(len(event))
                    yield PartData(event)
        except MultipartError as error:
            raise self._translated(error) from error

    def finish(self) -> None:
        """Raise MalformedMultipart unless the closing boundary has been seen."""
        try:
            list(self._parser.parse(b""))
        except MultipartError as error:
            raise MalformedMultipart("The multipart body ends before its closing boundary.") from error

    def _begin(self, segment: MultipartSegment) -> PartBegin:
        part = _part(segment.headerlist)
        self._field_bytes_left = self._limits.field_bytes if part.filename is None else None
        return part

    def _count(self, size: int) -> None:
        if self._field_bytes_left is None:
            return
        self._field_bytes_left -= size
        if self._field_bytes_left < 0:
            raise MalformedMultipart(
                f"A form field is larger than {self._limits.field_bytes} bytes; a file needs a filename."
            )

    def _translated(self, error: MultipartError) -> MalformedMultipart:
        if isinstance(error, ParserLimitReached):
            limits = self._limits
            return MalformedMultipart(
                f"The multipart body goes past a limit: {limits.parts} parts, {limits.headers} headers "
                f"per part, {limits.header_bytes} bytes per header."
            )
        return MalformedMultipart(f"The multipart body is malformed: {quoted(str(error.args[0]))}.")


def boundary_of(content_type: str) -> str:
    """Return the boundary that a request's Content-Type names. Raises MalformedMultipart."""
    if len(content_type) > _MAX_CONTENT_TYPE:
        raise MalformedMultipart("The Content-Type header is far too long.")
    kind, parameters = _parameters(content_type)
    if kind != "multipart/form-data":
        raise MalformedMultipart(f"The body must be multipart/form-data, not {quoted(kind)}.")
    boundary = parameters.get("boundary")
    if not boundary:
        raise MalformedMultipart("The Content-Type header has no boundary.")
    if len(boundary) > _MAX_BOUNDARY or not _BOUNDARY.fullmatch(boundary):
        raise MalformedMultipart(f"The boundary must be 1 to {_MAX_BOUNDARY} printable ASCII characters.")
    return boundary


def _part(headers: list[tuple[str, str]]) -> PartBegin:
    single = dict(headers)
    if len(single) < len(headers):
        raise MalformedMultipart("A part has the same header twice.")
    encoding = single.get("Content-Transfer-Encoding", "binary").strip().lower()
    if encoding not in _IDENTITY_ENCODINGS:
        raise MalformedMultipart(f"A part is encoded as {quoted(encoding)}; send its bytes as they are.")
    _, parameters = _parameters(single["Content-Disposition"])
    if any(name.startswith(("filename*", "name*")) and name != "filename*" for name in parameters):
        raise MalformedMultipart("A part's name comes in pieces; send it as filename or filename*.")
    return PartBegin(
        name=parameters.get("name", ""),
        filename=_filename(parameters),
        content_type=single.get("Content-Type"),
        headers=tuple(headers),
    )


def _filename(parameters: dict[str, str]) -> str | None:
    extended = parameters.get("filename*")
    if extended is None:
        return parameters.get("filename")
    match = _EXTENDED.fullmatch(extended)
    if match is None:
        raise MalformedMultipart(f"filename*={quoted(extended)} is not like UTF-8''name.")
    try:
        return unquote_to_bytes(match["value"]).decode(match["charset"])
    except UnicodeDecodeError as error:
        raise MalformedMultipart(f"filename*={quoted(extended)} is not {match['charset']}.") from error


def _parameters(header: str) -> tuple[str, dict[str, str]]:
    """Split a header value into what stands before the first `;`, lower-case, and its parameters."""
    header = header.rstrip("; \t")
    main = header.partition(";")[0]
    parameters: dict[str, str] = {}
    at = len(main)
    while at < len(header):
        match = _PARAMETER.match(header, at)
        if match is None:
            raise MalformedMultipart(f"A parameter is malformed in {quoted(header)}.")
        name = match["name"].lower()
        if name in parameters:
            raise MalformedMultipart(f"The parameter {quoted(name)} is given twice in {quoted(header)}.")
        parameters[name] = match["bare"] if match["quoted"] is None else _unescaped(match["quoted"])
        at = match.end()
    return main.strip().lower(), parameters


def _unescaped(text: str) -> str:
    r"""Undo both ways of quoting: `\"` of RFC 9110, and `%22`, `%0D`, `%0A` of browsers.

    A backslash before anything but a quotation mark is one that the name has: browsers send it bare.
    """
    if '\\"' in text:
        return _QUOTED_PAIR.sub(r"\1", text)
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
