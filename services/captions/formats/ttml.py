"""TTML: what its paragraphs say, and when. XML that declares anything of its own is refused before it is expanded."""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from xml.parsers import expat

from services.captions.cues import Cue, Words
from services.captions.errors import NoCaptionFileError
from services.captions.formats.markup import escaped

_CLOCK = re.compile(r"(\d{1,6}):(\d{1,2}):(\d{1,2})(?:(\.\d{1,9})|:(\d{1,4})(?:\.\d{1,4})?)?")
_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_NUMBER = re.compile(r"[1-9]\d{0,9}")
_UNITS = {"h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_DEEPEST = 64
_TIMED = frozenset({"body", "div", "p", "span"})
_STYLES = {"fontStyle": ("italic", "i"), "fontWeight": ("bold", "b"), "textDecoration": ("underline", "u")}


@dataclass(frozen=True, kw_only=True)
class _Open:
    """An element whose end has not come yet."""

    name: str
    begin: int
    end: int | None
    tags: tuple[str, ...] = ()
    is_cue: bool = False


def read_ttml(text: str) -> Words:
    """The cues of the file; raises `NoCaptionFileError` when it is no TTML."""
    reader = _Reader()
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.said
    try:
        parser.Parse(text.encode(), True)  # noqa: FBT003 - it has no name
    except expat.ExpatError as error:
        raise NoCaptionFileError(f"The XML cannot be read: {expat.errors.messages[error.code]}.") from error
    return Words(cues=tuple(reader.cues))


def _refuse(*_: object) -> None:
    raise NoCaptionFileError("XML with a document type or entities of its own is not taken.")


class _Reader:
    """Follows the elements as they begin and end."""

    def __init__(self) -> None:
        self.cues: list[Cue] = []
        self._open: list[_Open] = []
        self._words: list[str] = []
        self._frames, self._ticks = Fraction(30), Fraction(1)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = tag.rpartition(" ")[2]
        said = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if not self._open:
            self._root(name, said)
        if len(self._open) >= _DEEPEST:
            raise NoCaptionFileError("The file is nested more deeply than captions are.")
        around = self._open[-1] if self._open else _Open(name="", begin=0, end=None)
        self._open.append(replace(around, name=name, tags=(), is_cue=False))
        if name == "br":
            self._words.append("\n")
        elif name in _TIMED:
            self._timed(name, said, around)

    def end(self, _: str) -> None:
        """An element ends."""
        ended = self._open.pop()
        self._words += [f"</{tag}>" for tag in reversed(ended.tags)]
        if ended.is_cue:
            self._cut(ended)

    def said(self, text: str) -> None:
        """Words stand somewhere."""
        if any(each.name == "p" for each in self._open) and self._open[-1].name in {"p", "span"}:
            self._words.append(escaped(re.sub(r"[ \t\r\n]+", " ", text)))

    def _root(self, name: str, said: dict[str, str]) -> None:
        if name != "tt":
            raise NoCaptionFileError("The XML is no TTML: it does not begin with <tt>.")
        multiplier = said.get("frameRateMultiplier", "").replace(":", " ").split()
        if _NUMBER.fullmatch(said.get("frameRate", "")):
            self._frames = Fraction(int(said["frameRate"]))
        if len(multiplier) == 2 and all(map(_NUMBER.fullmatch, multiplier)):
            self._frames *= Fraction(int(multiplier[0]), int(multiplier[1]))
        self._ticks = self._frames
        if _NUMBER.fullmatch(said.get("tickRate", "")):
            self._ticks = Fraction(int(said["tickRate"]))

    def _timed(self, name: str, said: dict[str, str], around: _Open) -> None:
        begin, end, long = (self._moment(said.get(key, "")) for key in ("begin", "end", "dur"))
        own = begin is not None or end is not None or long is not None
        starts = around.begin + (begin or 0)
        ends = [around.end, None if end is None else around.begin + end, None if long is None else starts + long]
        is_cue = name == "p" or (name == "span" and own)
        if is_cue:
            # What stands before a span with times of its own is shown as long as the paragraph.
            inner = next((each for each in reversed(self._open[:-1]) if each.is_cue), None)
            if inner is not None:
                self._cut(inner)
        tags = tuple(tag for key, (value, tag) in _STYLES.items() if said.get(key) == value)
        self._open[-1] = _Open(
            name=name, begin=starts, end=min((each for each in ends if each is not None), default=None), tags=tags,
            is_cue=is_cue,
        )  # fmt: skip
        self._words += [f"<{tag}>" for tag in tags]

    def _cut(self, element: _Open) -> None:
        text = "\n".join(line.strip() for line in "".join(self._words).split("\n"))
        self._words = []
        if text.strip() and element.end is not None:
            self.cues.append(Cue(start=element.begin, end=element.end, text=text))

    def _moment(self, text: str) -> int | None:
        clock, offset = _CLOCK.fullmatch(text.strip()), _OFFSET.fullmatch(text.strip())
        if clock:
            hours, minutes, seconds, fraction, frames = clock.groups()
            whole = Fraction((int(hours) * 60 + int(minutes)) * 60 + int(seconds))
            whole += Fraction(fraction) if fraction else Fraction(int(frames or 0)) / self._frames
            return round(whole * 1000)
        if offset is None:
            return None
        count, unit = Fraction(offset[1]), offset[2]
        rates = {"f": self._frames, "t": self._ticks}
        return round(count * 1000 / rates[unit]) if unit in rates else round(count * _UNITS[unit])
