"""The API described: for programs at /api/openapi.json, for people at /docs."""

from flask import Blueprint, Response, jsonify, render_template

from routes.openapi import document

blueprint = Blueprint("description", __name__)


@blueprint.get("/api/openapi.json")
def openapi() -> Response:
    """The description as OpenAPI 3.1."""
    response = jsonify(document())
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/docs")
def docs() -> str:
    """A page to read it on."""
    return render_template("docs.html", api=document())
