"""The API described: for programs at /api/openapi.json, for people at /docs."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

blueprint = Blueprint("description", __name__)


@blueprint.get("/api/openapi.json")
def openapi() -> Response:
    """The description as OpenAPI 3.1."""
    response = jsonify(_document())
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/docs")
def docs() -> str:
    """A page to read it on."""
    return render_template("docs.html", api=_document())


def _document() -> dict[str, Any]:
    from routes.openapi import document  # noqa: PLC0415 - most processes are never asked

    return document()
