"""Style sheets, scripts, their texts, and pictures, at addresses that change with their content; kept for ever."""

import gzip
import hashlib
import json
import mimetypes
import re
import zlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, send_from_directory, url_for
from werkzeug import Response as AnyResponse
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from routes.http.compression import accepts_gzip
from routes.site.language import TEXTS, catalogue, catalogues
from utils.accents import accent_sheet, base_of
from utils.scripts import slimmed
from utils.texts import TextCatalogue
from utils.vendored import VENDORED, vendored

blueprint = Blueprint("assets", __name__)

_FOLDER = Path(__file__).resolve().parents[2] / "static"
_TEXTS = frozenset({".css", ".js", ".svg"})
_ACCENT = re.compile(r"accents/([0-9a-f]{6})-[0-9a-f]{8}\.css")
_NOT_SENT = "docs."
"""Of these pages scripts say nothing."""


@blueprint.app_template_global()
@cache
def build_digest() -> str:
    """One digest for all of them: modules import each other by relative paths and so stay of one build."""
    found = hashlib.sha256()
    for path in sorted(each for folder in (_FOLDER, TEXTS) for each in folder.rglob("*") if each.is_file()):
        found.update(path.relative_to(_FOLDER.parent).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    for name in sorted(VENDORED):
        if (other := vendored(name)) is not None:
            found.update(name.encode() + b"\0" + hashlib.sha256(other.read_bytes()).digest())
    return found.hexdigest()[:16]


@blueprint.get("/static/<build>/<path:name>")
def file(build: str, name: str) -> AnyResponse:
    """One file; an address of another build leads to the present one."""
    if build != build_digest():
        if (_FOLDER / build).is_dir():
            return current_app.send_static_file(f"{build}/{name}")
        return redirect(url_for("assets.file", build=build_digest(), name=name))
    if (made := _made(name)) is not None:
        return _kept(made)
    other = vendored(name)
    path = str(other) if other else safe_join(str(_FOLDER), name)
    if path is None or not Path(path).is_file():
        raise NotFound
    if other is not None:
        return _kept(_text(other.read_bytes(), str(mimetypes.guess_type(name)[0])))
    if Path(path).suffix not in _TEXTS:
        return _kept(send_from_directory(_FOLDER, name))
    return _kept(_text(sent_text(Path(path)), str(mimetypes.guess_type(path)[0])))


def _made(name: str) -> Response | None:
    """What lies in no file: words for scripts, and accents."""
    language, _, kind = name.removeprefix("texts/").removesuffix(".js").partition("-")
    if language in catalogues() and name in (f"texts/{language}.js", f"texts/{language}-easy.js"):
        return _text(texts_module(language, easy=kind != "").encode(), "text/javascript")
    if (accent := _ACCENT.fullmatch(name)) is not None:
        return Response(accent_sheet(f"#{accent[1]}"), content_type="text/css; charset=utf-8")
    return None


def sent_text(path: Path) -> bytes:
    """A text below static/ as it is sent, before it is compressed."""
    is_ours = path.suffix == ".js" and path.is_relative_to(_FOLDER / "js")
    return slimmed(path.read_text()).encode() if is_ours else path.read_bytes()


@cache
def texts_module(language: str, *, easy: bool = False) -> str:
    """A module that gives the scripts the words of a language, or its easy ones."""
    found = catalogues()[language]
    messages = (found.easy or found).messages if easy else found.messages
    words = {key: each for key, each in messages.items() if not key.startswith(_NOT_SENT)}
    return (
        'import { speak } from "../js/site/core/texts.js";\n'
        f"speak({json.dumps(language)}, {json.dumps(words, ensure_ascii=False, separators=(',', ':'))});\n"
    )


@blueprint.app_template_global()
def script_texts() -> str:
    """The address of that module, for the current request's language."""
    return asset(_texts_of(catalogue()))


@blueprint.app_template_global()
def accent_asset(chosen: str) -> str | None:
    """The address of the style sheet of an accent; None for the standard, which needs none."""
    colour = base_of(chosen)
    if colour is None:
        return None
    digest = zlib.crc32(accent_sheet(colour).encode())
    return asset(f"accents/{colour[1:]}-{digest:08x}.css")


def _texts_of(words: TextCatalogue) -> str:
    plain = catalogues()[words.language]
    return f"texts/{words.language}{'-easy' if words is plain.easy else ''}.js"


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _text(body: bytes, mimetype: str) -> Response:
    if accepts_gzip():
        body = _compressed(body)
    response = Response(body, content_type=f"{mimetype}; charset=utf-8")
    response.vary.add("Accept-Encoding")
    if accepts_gzip():
        response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


@blueprint.app_template_global()
def vendored_asset(name: str) -> str | None:
    """The address of a script of others; None where it was not installed."""
    return asset(name) if vendored(name) else None


@blueprint.app_template_global()
def asset(name: str) -> str:
    """The address of a file below static/."""
    return url_for("assets.file", build=build_digest(), name=name)
