"""The markup inside cues: what WebVTT knows is kept, anything else goes, and nothing active is left.

Texts are split once at their tags. So however long and broken one is, it is gone through once.
"""

import html
import re

_TAGS = re.compile(r"(<[^<>]*>)")
_KNOWN = re.compile(r"<(/?)(c|i|b|u|v|lang|ruby|rt)((?:\.[\w-]{1,64}){0,8})(?:[ \t\n]+([^<>]{0,200}))?>")
_MOMENT = re.compile(r"<(?:\d{2,5}:)?[0-5]\d:[0-5]\d\.\d{3}>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|nbsp|lrm|rlm|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_ACTIVE = re.compile(r"<\s*(/?)\s*(script|style|iframe|object|svg|template)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"&#(?:x[0-9a-fA-F]{1,6}|\d{1,7});")
_LETTERS = {"&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0", "&lrm;": "", "&rlm;": ""}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_VOICE = re.compile(r"<v(?:\.[\w.-]{1,200})?[ \t\n]+([^<>]{1,200})>")
_OVERRIDE = re.compile(r"\{\\[^{}]{0,500}\}")
_ALIGNED = re.compile(r"\\an?([1-9])")
_UNSURE = re.compile(r"<c\.low>([^<>\s]*)</c>")
_BASIC = re.compile(r"</?[ibu]>")


def cleaned(text: str) -> tuple[str, bool]:
    """A cue's text with nothing but WebVTT's own markup, and whether something had to go."""
    pieces, removed, inside = [], False, None
    for piece in _TAGS.split(_CONTROLS.sub("", text)):
        active = _ACTIVE.match(piece)
        if inside is not None:
            if active and active[1] and active[2].lower() == inside:
                inside = None
            removed = True
        elif active:
            inside = None if active[1] or piece.endswith("/>") else active[2].lower()
            removed = True
        elif piece.startswith("<") and piece.endswith(">") and len(piece) > 1:
            kept = _tag(piece)
            removed = removed or kept is None
            pieces.append(kept or "")
        else:
            pieces.append(escaped(piece))
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    # An empty line would end the cue.
    return "\n".join(line for line in lines if line), removed


def escaped(text: str) -> str:
    """Plain words as they stand in a cue; entities that they hold already stay."""
    return _ENTITY.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """The words alone."""
    return _unescaped(_TAGS.sub("", text) if "<" in text else text)


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    for name, letter in _LETTERS.items():
        text = text.replace(name, letter)
    # Standard entities are replaced at once; numbers are rare, and one by one.
    text = _NUMBERED.sub(lambda match: html.unescape(match[0]), text) if "&#" in text else text
    return text.replace("&amp;", "&")


def without_doubts(text: str) -> str:
    """The text without the marks of words that recognition was not sure of: `<c.low>word</c>` around each of them."""
    return _UNSURE.sub(r"\1", text)


def speaker(text: str) -> str | None:
    """Who says it, where a voice is named."""
    found = _VOICE.search(text)
    return _unescaped(found[1]).strip() or None if found else None


def basic(text: str) -> str:
    """The text with the three tags that SubRip knows."""
    pieces = (piece if _BASIC.fullmatch(piece) else plain(piece) for piece in _TAGS.split(text))
    return "".join(pieces)


def without_overrides(text: str) -> tuple[str, str]:
    """A text of SubRip without the marks of ASS that some files have, and the settings that they stand for."""
    aligned = _ALIGNED.search(text)
    return _OVERRIDE.sub("", text), placed(int(aligned[1])) if aligned else ""


def placed(corner: int) -> str:
    """Settings of a cue that is shown where the keys of a number pad lie."""
    row, column = divmod(corner - 1, 3)
    across = ("position:5% align:start", "", "position:95% align:end")[column]
    return " ".join(filter(None, (("", "line:50%", "line:5%")[row], across)))


def _tag(piece: str) -> str | None:
    if _MOMENT.fullmatch(piece):
        return piece
    known = _KNOWN.fullmatch(piece) or _KNOWN.fullmatch(piece.lower())
    if known is None:
        return None
    slash, name, classes, said = known.groups()
    if slash:
        return f"</{name}>"
    if name in {"v", "lang"} and said:
        return f"<{name}{classes} {escaped(' '.join(said.split()))}>"
    return None if name == "v" else f"<{name}{classes}>"
