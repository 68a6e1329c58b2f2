"""ASS and SSA: the dialogue of the events, without drawings; italics, names and places are kept."""

import re

from services.captions.cues import Cue, Words
from services.captions.formats.markup import escaped, placed
from services.captions.formats.times import milliseconds

_BLOCKS = re.compile(r"(\{[^{}]*\})")
_TAG = re.compile(r"\\(an?|[ibup])(\d{0,4})(?![\w(])")
_USUAL = "layer,start,end,style,name,marginl,marginr,marginv,effect,text"
_PLACES = {1: 1, 2: 2, 3: 3, 5: 7, 6: 8, 7: 9, 9: 4, 10: 5, 11: 6}
"""Where the numbers of the older `\\a` lie on a number pad."""


def read_ass(text: str) -> Words:
    """The cues of the file."""
    cues, columns, section = [], _USUAL.split(","), ""
    for line in text.split("\n"):
        kind, _, rest = line.partition(":")
        if line.startswith("["):
            section = line.strip().lower()
        elif section == "[events]" and kind.strip().lower() == "format":
            columns = [each.strip().lower() for each in rest.split(",")][:100]
        elif kind.strip().lower() == "dialogue":
            values = [each.strip() for each in rest.split(",", len(columns) - 1)]
            cue = _cue(dict(zip(columns, values, strict=False)))
            if cue is not None:
                cues.append(cue)
    return Words(cues=tuple(cues))


def _cue(values: dict[str, str]) -> Cue | None:
    start, end = (milliseconds(values.get(name, "")) for name in ("start", "end"))
    if start is None or end is None:
        return None
    words, settings = _styled(values.get("text", ""))
    name = " ".join(values.get("name", values.get("actor", "")).split())
    told = f"<v {escaped(name)}>{words}" if name and words.strip() else words
    return Cue(start=start, end=end, text=told, settings=settings)


def _styled(text: str) -> tuple[str, str]:
    """The words in the markup of WebVTT, and where they are shown."""
    pieces: list[str] = []
    opened: list[str] = []
    settings, drawing = "", False
    for piece in _BLOCKS.split(text):
        if not (piece.startswith("{") and piece.endswith("}")):
            told = piece.replace("\\N", "\n").replace("\\n", " ").replace("\\h", "\u00a0")
            pieces.append("" if drawing else escaped(told))
            continue
        for name, value in _TAG.findall(piece):
            if name == "p":
                drawing = value not in {"", "0"}
            elif name in {"a", "an"}:
                corner = int(value or 2)
                corner = corner if name == "an" else _PLACES.get(corner, 2)
                settings = placed(corner) if 1 <= corner <= 9 else settings
            elif value in {"", "0"} and name in opened:
                opened.remove(name)
                pieces.append(f"</{name}>")
            elif value not in {"", "0"} and name not in opened:
                opened.append(name)
                pieces.append(f"<{name}>")
    pieces += [f"</{name}>" for name in reversed(opened)]
    return "".join(pieces), settings
