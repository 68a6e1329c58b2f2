"""Whatever colour somebody chooses, what is written in it can be read, on every ground of the pages."""

import re
from pathlib import Path

import pytest

from services.accounts.user import Preferences
from utils.accents import ACCENTS, PATTERN, STANDARD, accent_sheet, base_of, contrast

TOKENS = Path(__file__).resolve().parents[2] / "static/css/site/tokens.css"
_PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
STEPS = range(0, 256, 51)
COLOURS = [f"#{red:02x}{green:02x}{blue:02x}" for red in STEPS for green in STEPS for blue in STEPS]


def properties(sheet: str) -> dict[str, dict[str, tuple[str, str]]]:
    """The colours of a style sheet by contrast and name, for the light theme and the dark one."""
    usual, _, high = sheet.partition('[data-contrast="high"]')
    return {
        kind: {name: (light, dark) for name, light, dark in _PAIR.findall(text)}
        for kind, text in (("usual", usual), ("high", high))
    }


@pytest.mark.parametrize(("kind", "ratio"), [("usual", 4.5), ("high", 7.0)])
def test_every_colour_is_read_on_every_ground(kind: str, ratio: float) -> None:
    grounds = properties(TOKENS.read_text())[kind]
    for colour in (*ACCENTS.values(), *COLOURS):
        own = properties(accent_sheet(colour))[kind]
        for theme in (0, 1):
            accent, wash = own["accent"][theme], own["accent-wash"][theme]
            assert contrast(accent, own["accent-ink"][theme]) >= ratio, colour
            for name in ("ground", "surface", "raised", "sand"):
                assert contrast(accent, grounds[name][theme]) >= ratio, (colour, name)
            assert contrast(accent, wash) >= ratio, colour
            assert contrast(grounds["ink"][theme], wash) >= 7, colour
            assert contrast(grounds["ink-soft"][theme], wash) >= ratio, colour


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert properties(accent_sheet("#1f5fbf"))["usual"]["accent"][0] == "#1f5fbf"
    light, dark = properties(accent_sheet("#ffff00"))["usual"]["accent"]
    assert dark == "#ffff00"
    assert light != "#ffff00"


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_a_choice_is_a_name_or_a_colour() -> None:
    for chosen in (STANDARD, *ACCENTS, "#00ff7f"):
        assert re.search(PATTERN, chosen)
    for wrong in ("", "teal;", "#FFF", "#12345", "#1234567", "blue\n", "url(x)", "#00FF7F"):
        assert base_of(wrong) is None
    assert base_of(STANDARD) is None
    assert base_of("blue") == ACCENTS["blue"]
    assert Preferences().accent == STANDARD
