"""The accent of the pages in a colour of somebody's choice, as light or as dark as it takes to be read."""

import colorsys
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

STANDARD = "standard"
ACCENTS: Mapping[str, str] = MappingProxyType(
    {
        "blue": "#1f5fbf",
        "violet": "#6d3fc4",
        "rose": "#b3245f",
        "red": "#b3261e",
        "amber": "#8a5a00",
        "green": "#2f7a2f",
        "slate": "#4a5568",
    }
)
"""Colours that have names, besides the standard."""
PATTERN = rf"^({'|'.join((STANDARD, *ACCENTS))}|#[0-9a-f]{{6}})$"
"""What can be chosen: a name, or a colour."""

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_STEPS = 256

Rgb = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class _Theme:
    """What an accent is read on, in one theme."""

    ground: str
    """Of all grounds that it stands on, the one that is hardest to be told from it."""
    ink: str
    """What is written on the accent itself."""
    wash: tuple[float, float]
    """The lightness, and the most saturation, of the ground that has a touch of it."""
    is_dark: bool
    ratio: float


_USUAL = (
    _Theme(ground="#ece7dd", ink="#ffffff", wash=(0.93, 0.45), is_dark=False, ratio=4.5),
    _Theme(ground="#272e35", ink="#0b0e11", wash=(0.14, 0.35), is_dark=True, ratio=4.5),
)
_HIGH = (
    _Theme(ground="#f1ede6", ink="#ffffff", wash=(0.96, 0.45), is_dark=False, ratio=7.0),
    _Theme(ground="#1d2329", ink="#000000", wash=(0.09, 0.35), is_dark=True, ratio=7.0),
)


def base_of(chosen: str) -> str | None:
    """The colour that a choice stands for; none for the standard, and for what is no choice."""
    return ACCENTS.get(chosen, chosen if _COLOUR.fullmatch(chosen) else None)


def accent_sheet(colour: str) -> str:
    """The custom properties of the accent in that colour (`#rrggbb`), for both themes and both contrasts.

    Its hue stays, and its lightness where it can: what is written in it, or on it, has 4.5:1, and 7:1 in high contrast.
    """
    return f':root {_properties(colour, _USUAL)}\n:root[data-contrast="high"] {_properties(colour, _HIGH)}\n'


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG counts it: from 1 to 21."""
    lighter, darker = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _properties(colour: str, themes: Sequence[_Theme]) -> str:
    washes = [_wash(colour, each) for each in themes]
    accents = [_moved(colour, each, wash) for each, wash in zip(themes, washes, strict=True)]
    said = {"accent": accents, "accent-ink": [each.ink for each in themes], "accent-wash": washes}
    lines = "".join(f"  --{name}: light-dark({light}, {dark});\n" for name, (light, dark) in said.items())
    return f"{{\n{lines}}}"


def _wash(colour: str, theme: _Theme) -> str:
    hue, _, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    lightness, most = theme.wash
    return _hex(colorsys.hls_to_rgb(hue, lightness, min(saturation, most)))


def _moved(colour: str, theme: _Theme, wash: str) -> str:
    """The colour, moved away from the grounds until it can be read on them."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    end = 1.0 if theme.is_dark else 0.0
    for step in range(_STEPS + 1):
        found = _hex(colorsys.hls_to_rgb(hue, lightness + (end - lightness) * step / _STEPS, saturation))
        if all(contrast(found, ground) >= theme.ratio for ground in (theme.ground, wash, theme.ink)):
            return found
    raise AssertionError("Black and white are read on all grounds.")


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(each * 255):02x}" for each in colour)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
