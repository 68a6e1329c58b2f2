"""The API described: for programs at /api/openapi.json, for people at /docs."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response, render_template

from routes.docs.document import document
from routes.http.openapi.operation import Answer, operation
from routes.http.wiring import services

blueprint = Blueprint("description", __name__)


@blueprint.get("/api/openapi.json")
@operation(
    name="describe",
    tag="Service",
    summary="This description",
    curl='curl "$URL/api/openapi.json"',
    answers=[Answer(200, "OpenAPI 3.1.", schema={"type": "object", "required": ["openapi"]})],
)
def openapi() -> Response:
    """The description as OpenAPI 3.1."""
    response = jsonify(_document())
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/docs")
def docs() -> Response:
    """A page to read it on."""
    response = make_response(render_template("docs/docs.html", api=_document()))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _document() -> dict[str, Any]:
    rules = services().uploads.whole.rules
    return document(current_app, largest=rules.largest, extensions=rules.extensions)
