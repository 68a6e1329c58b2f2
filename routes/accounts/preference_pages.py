"""The page on which everybody, visitors too, says how they want the pages; by one plain form."""

from flask import Blueprint, redirect, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from routes.accounts import visitors
from routes.accounts.asking import who_is_found
from routes.http.actors import current_actor
from routes.http.form_body import read_form
from routes.http.origins import sent_by_another_origin
from routes.http.wiring import services
from routes.site.density import DENSITIES, elements
from routes.site.language import forget_choice
from routes.site.pages import prepare_pages, show_page
from routes.site.reader import register_preferences
from services.accounts.user import Preferences
from utils.accents import ACCENTS

blueprint = Blueprint("preferences", __name__)
prepare_pages(blueprint)

_NUMBERS = ("visual_density", "reading_level", "spacing", "caption_size")
_SWITCHES = ("motion_sensitivity", "captions")
_WORDS = (
    *("theme", "color_contrast", "accent", "language", "preferred_sign_language", "preferred_signing"),
    "caption_colors",
)
_OWN = "own"
"""The accent of a form in which a colour is chosen beside it."""
_PAGES = ("list", "watch")


@blueprint.record_once
def _tell_pages(state: BlueprintSetupState) -> None:
    register_preferences(state.app, visitors.preferences)


@blueprint.get("/preferences")
def page() -> Response:
    """How I want the pages."""
    chosen = visitors.preferences()
    page = show_page(
        "accounts/preferences.html",
        preferences=chosen,
        standard=Preferences(),
        accents=ACCENTS,
        shown={name: elements(name, chosen.visual_density) for name in _PAGES},
        hidden={
            name: [each for each in elements(name, DENSITIES[-1]) if each not in elements(name, chosen.visual_density)]
            for name in _PAGES
        },
    )
    page.headers["Cache-Control"] = "no-store"
    return page


@blueprint.post("/preferences")
def change() -> Response:
    """Keep what the form says; a form that does not say `everything` changes the fields that it has."""
    response = redirect(url_for("preferences.page"), code=303)
    fields = read_form()
    # Another site's form changes nothing, although it could only annoy.
    if not sent_by_another_origin():
        keep(response, fields)
    return response


def keep(response: Response, fields: MultiDict[str, str]) -> None:
    """Keep what a form says, in the account or by a cookie in that response."""
    before = visitors.preferences()
    wanted = Preferences() if "reset" in fields else visitors.merged(before, _said(fields))
    if "reset" in fields or "language" in fields:
        forget_choice(response)
    if (found := who_is_found()) is None:
        visitors.keep(response, wanted)
    else:
        services().accounts.own.prefer(found.user, wanted, by=current_actor())


def _said(fields: MultiDict[str, str]) -> dict[str, object]:
    change: dict[str, object] = {name: fields[name] or None for name in _WORDS if name in fields}
    if change.get("accent") == _OWN:
        change["accent"] = fields.get("accent_own", "").lower()
    change |= {name: _number(fields[name]) for name in _NUMBERS if name in fields}
    # A box that is not ticked is not sent at all; what sends one alone says that it is off.
    sent = _SWITCHES if "everything" in fields else [name for name in _SWITCHES if name in fields]
    return change | {name: fields.get(name, "off") != "off" for name in sent}


def _number(text: str) -> object:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else text
