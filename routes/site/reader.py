"""How whoever sends the current request wants the pages: read once a request, on the page before its first paint."""

import zlib
from collections.abc import Callable
from typing import cast

import msgspec
from flask import Blueprint, current_app, g
from flask.sansio.app import App

from routes.site.density import SHOWN_FROM
from services.accounts.user import Preferences

blueprint = Blueprint("reader", __name__)

_SOURCE = "reelgate.preferences"
EASY_UP_TO = 2
"""The reading levels that are given the easy words."""


def register_preferences(app: App, source: Callable[[], Preferences]) -> None:
    """Have the pages of an app ask this for what their readers prefer."""
    app.extensions[_SOURCE] = source


def preferences() -> Preferences:
    """What the reader of the current page prefers."""
    if "preferences" not in g:
        source = cast("Callable[[], Preferences]", current_app.extensions.get(_SOURCE, Preferences))
        g.preferences = source()
    return cast("Preferences", g.preferences)


@blueprint.app_template_global()
def shows(element: str) -> bool:
    """Whether the reader's page has that element; raises `KeyError` for one that is not in the table."""
    return preferences().visual_density >= SHOWN_FROM[element]


@blueprint.app_template_global()
def reads_easily() -> bool:
    """Whether the reader wants short sentences and plain words."""
    return preferences().reading_level <= EASY_UP_TO


@blueprint.app_template_global()
def look() -> dict[str, object]:
    """The attributes of `<html>` by which style sheets and scripts know the look; the standard one has none."""
    wanted, standard = preferences(), Preferences()
    said = {
        "data-theme": (wanted.theme, standard.theme),
        "data-contrast": (wanted.color_contrast, standard.color_contrast),
        "data-spacing": (wanted.spacing, standard.spacing),
        "data-visual-density": (wanted.visual_density, standard.visual_density),
        "data-reading-level": (wanted.reading_level, standard.reading_level),
        "data-caption-size": (wanted.caption_size, standard.caption_size),
        "data-caption-colors": (wanted.caption_colors, standard.caption_colors),
        "data-motion": ("less" if wanted.motion_sensitivity else None, None),
    }
    return {name: value for name, (value, usual) in said.items() if value != usual}


@blueprint.app_template_global()
def preferred_accent() -> str:
    """The accent that the reader has chosen."""
    return preferences().accent


@blueprint.app_template_global()
def look_digest() -> str:
    """What tells pages of different preferences apart: scripts exchange parts of pages of one look alone."""
    wanted = preferences()
    return "" if wanted == Preferences() else f" {zlib.crc32(msgspec.json.encode(wanted)):08x}"
