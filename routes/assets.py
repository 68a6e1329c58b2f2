"""Style sheets, scripts and pictures, at addresses that change with their content and may be kept for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, send_from_directory, url_for
from werkzeug import Response as AnyResponse

blueprint = Blueprint("assets", __name__)

_FOLDER = Path(__file__).resolve().parent.parent / "static"


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
    response: Response = send_from_directory(_FOLDER, name)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@blueprint.app_template_global()
def asset(name: str) -> str:
    """The address of a file below static/."""
    return url_for("assets.file", build=build_digest(), name=name)
