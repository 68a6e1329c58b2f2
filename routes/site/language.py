"""Which language a page speaks: the one that its reader has chosen, or the first of the browser's that we have."""

from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, redirect, request
from werkzeug import Response as AnyResponse

from routes.http.form_body import read_form
from routes.site.reader import preferences, reads_easily
from utils.texts import TextCatalogue, load_catalogues
from utils.urls import can_be_split

blueprint = Blueprint("language", __name__)

TEXTS = Path(__file__).resolve().parents[2] / "texts"
COOKIE = "language"
_STANDARD = "en"
_YEAR = 365 * 24 * 60 * 60


@cache
def catalogues() -> dict[str, TextCatalogue]:
    """The texts of every language that there is, by its tag."""
    return load_catalogues(TEXTS)


def catalogue() -> TextCatalogue:
    """The texts of the current request's language."""
    if "catalogue" not in g:
        spoken = catalogues().get(_chosen()) or catalogues()[_wished()]
        g.catalogue = spoken.easy if reads_easily() and spoken.easy else spoken
    found: TextCatalogue = g.catalogue
    return found


@blueprint.post("/language")
def choose() -> AnyResponse:
    """Remember the language that a reader has chosen, or follow the browser again; then back to where they were."""
    chosen = read_form().get("language", "")
    response = redirect(_origin(), code=303)
    if chosen in catalogues():
        response.set_cookie(COOKIE, chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
    else:
        forget_choice(response)
    return response


@blueprint.app_context_processor
def texts() -> dict[str, object]:
    """What templates say things with."""
    chosen = _chosen()
    return {
        "t": catalogue().text,
        "texts": catalogue(),
        "languages": {tag: each.text("site.own_name") for tag, each in catalogues().items()},
        "chosen_language": chosen if chosen in catalogues() else "",
    }


@blueprint.after_app_request
def say_language(response: Response) -> Response:
    """Let no cache give a page in one language to the reader of another."""
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = catalogue().language
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def forget_choice(response: AnyResponse) -> None:
    """Have this browser follow the preferences of its reader again."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)


def _chosen() -> str:
    """What was chosen on this browser, or else what its reader prefers everywhere."""
    return request.cookies.get(COOKIE, "") or (preferences().language or "").partition("-")[0].lower()


def _wished() -> str:
    """The first language that the browser asks for and there is, whatever its region.

    werkzeug's own choice prefers an exact tag to a better wish: for `de-AT,en;q=0.5` it would take English.
    """
    wishes = [tag.lower().partition("-")[0] for tag, quality in request.accept_languages if quality > 0]
    return next((wish for wish in wishes if wish in catalogues()), _STANDARD)


def _origin() -> str:
    """The page that was left, of ours alone."""
    referrer = request.referrer or ""
    left = urlsplit(referrer if can_be_split(referrer) else "")
    if left.netloc != request.host or not left.path.startswith("/") or left.path.startswith("//"):
        return "/"
    return left.path + (f"?{left.query}" if left.query else "")
