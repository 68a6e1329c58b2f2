"""The only place where an exception becomes a response: problem+json for the API, the same words on a page."""

import json
import logging
import re
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug import Response as AnyResponse
from werkzeug.exceptions import HTTPException

from routes.access_log import REQUEST_ID
from services.errors import ReelgateError
from utils.problems import PROBLEM_CONTENT_TYPE, problem

log = logging.getLogger(__name__)

_UNEXPECTED = "Something went wrong on our side. Give the request id to whoever runs this service."
_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not understand that method.",
    413: "The request is larger than what is accepted here.",
}


def register_error_handlers(app: Flask) -> None:
    """Answer every error of the app in one shape."""
    app.register_error_handler(ReelgateError, domain_error_response)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected_error)


def request_id() -> str:
    """The id of the current request, as in its log line and its response."""
    return str(request.environ.get(REQUEST_ID, ""))


def wants_page() -> bool:
    """Whether the client is a browser that asks for a page: anything else (curl, most scripts) gets JSON."""
    offered = [PROBLEM_CONTENT_TYPE, "application/json", "text/html"]
    return request.accept_mimetypes.best_match(offered) == "text/html"


def domain_error_response(error: ReelgateError) -> Response:
    """The answer that a domain error gets."""
    if error.status >= 500:
        log.error("%s: %s", error.slug, error, exc_info=error, extra={"request_id": request_id()})
    extras: dict[str, Any] = {}
    if error.errors:
        extras["errors"] = [dict(each) for each in error.errors]
    if error.retry_after is not None:
        extras["retry_after"] = error.retry_after
    if error.upload_offset is not None:
        extras["upload_offset"] = error.upload_offset
    response = _respond(error.status, slug=error.slug, title=error.title, detail=error.detail, extras=extras)
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http_error(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response(request.environ)  # A redirect to the right address.
    detail = _DETAILS.get(status) or error.description or error.name
    response = _respond(status, slug=_slug(error.name), title=error.name, detail=detail)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _unexpected_error(error: Exception) -> Response:
    log.error("unexpected error: %s", error, exc_info=error, extra={"request_id": request_id()})
    return _respond(500, slug="internal-error", title="Internal error", detail=_UNEXPECTED)


def _respond(status: int, *, slug: str, title: str, detail: str, extras: dict[str, Any] | None = None) -> Response:
    body = problem(slug, title=title, status=status, detail=detail, request_id=request_id(), extras=extras)
    if wants_page():
        response = Response(render_template("error.html", problem=body), status=status, mimetype="text/html")
    else:
        text = json.dumps(body, ensure_ascii=False) + "\n"
        response = Response(text, status=status, mimetype=PROBLEM_CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _slug(name: str) -> str:
    return "-".join(re.findall("[a-z0-9]+", name.lower()))
