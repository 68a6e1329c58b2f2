"""Style sheets, scripts and pictures, at addresses that change with their content and may be kept for ever."""

import gzip
import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, send_from_directory, url_for
from werkzeug import Response as AnyResponse
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from routes.compression import accepts_gzip
from utils.scripts import slimmed

blueprint = Blueprint("assets", __name__)

_FOLDER = Path(__file__).resolve().parent.parent / "static"
_TEXTS = frozenset({".css", ".js", ".svg"})


@blueprint.app_template_global()
@cache
def build_digest() -> str:
    """One digest for the whole folder: modules import each other by relative paths and so stay of one build."""
    found = hashlib.sha256()
    for path in sorted(each for each in _FOLDER.rglob("*") if each.is_file()):
        found.update(path.relative_to(_FOLDER).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


@blueprint.get("/static/<build>/<path:name>")
def file(build: str, name: str) -> AnyResponse:
    """One file; an address of another build leads to the present one."""
    if build != build_digest():
        if (_FOLDER / build).is_dir():
            return current_app.send_static_file(f"{build}/{name}")
        return redirect(url_for("assets.file", build=build_digest(), name=name))
    path = safe_join(str(_FOLDER), name)
    if path is None or not Path(path).is_file():
        raise NotFound
    response = _text(Path(path)) if Path(path).suffix in _TEXTS else send_from_directory(_FOLDER, name)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def sent_text(path: Path) -> bytes:
    """A text below static/ as it is sent, before it is compressed."""
    is_ours = path.suffix == ".js" and path.is_relative_to(_FOLDER / "js")
    return slimmed(path.read_text()).encode() if is_ours else path.read_bytes()


def _text(path: Path) -> Response:
    body = _compressed(path) if accepts_gzip() else sent_text(path)
    response = Response(body, content_type=f"{mimetypes.guess_type(path.name)[0]}; charset=utf-8")
    response.vary.add("Accept-Encoding")
    if accepts_gzip():
        response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _compressed(path: Path) -> bytes:
    return gzip.compress(sent_text(path), mtime=0)


@blueprint.app_template_global()
def asset(name: str) -> str:
    """The address of a file below static/."""
    return url_for("assets.file", build=build_digest(), name=name)
