"""The only place where an exception becomes a response: problem+json for the API, the same words on a page."""

import logging
import re

import msgspec
from flask import Flask, Response, render_template, request
from werkzeug import Response as AnyResponse
from werkzeug.exceptions import HTTPException

from routes.http.access_log import REQUEST_ID
from services.errors import BusyError, ReelgateError
from utils.problems import PROBLEM_CONTENT_TYPE, Problem, Reason, problem_type

log = logging.getLogger(__name__)

UNEXPECTED = "Something went wrong on our side. Give the request id to whoever runs this service."
"""What is said of an error that nobody has foreseen."""
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
    if isinstance(error, BusyError):
        # It is meant, and whoever wants everything is told so many times a second: a traceback costs more than he does.
        log.warning("%s: %s", error.slug, error, extra={"request_id": request_id()})
    elif error.status >= 500:
        log.error("%s: %s", error.slug, error, exc_info=error, extra={"request_id": request_id()})
    response = _respond(problem_of(error, request_id=request_id()))
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.oauth and request.mimetype == "application/x-www-form-urlencoded" and not wants_page():
        # Who asks as OAuth has it is answered so: the members of both are in one object.
        response.mimetype = "application/json"
    return response


def problem_of(error: ReelgateError, *, request_id: str) -> Problem:
    """What is said of a domain error."""
    return Problem(
        type=problem_type(error.slug),
        title=error.title,
        status=error.status,
        detail=error.detail,
        request_id=request_id,
        errors=tuple(Reason(**each) for each in error.errors) or None,
        retry_after=error.retry_after,
        upload_offset=error.upload_offset,
        video_id=error.video_id,
        id=error.id,
        error=error.oauth,
        error_description=error.oauth and error.detail,
    )


def _http_error(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response(request.environ)  # A redirect to the right address.
    detail = _DETAILS.get(status) or error.description or error.name
    response = _respond(_problem(status, slug=_slug(error.name), title=error.name, detail=detail))
    for name, value in error.get_headers(request.environ):
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _unexpected_error(error: Exception) -> Response:
    log.error("unexpected error: %s", error, exc_info=error, extra={"request_id": request_id()})
    return _respond(problem_of(ReelgateError(UNEXPECTED), request_id=request_id()))


def _problem(status: int, *, slug: str, title: str, detail: str) -> Problem:
    return Problem(type=problem_type(slug), title=title, status=status, detail=detail, request_id=request_id())


def _respond(problem: Problem) -> Response:
    if wants_page():
        page = render_template("site/error.html", problem=problem)
        response = Response(page, status=problem.status, mimetype="text/html")
    else:
        text = msgspec.json.encode(problem) + b"\n"
        response = Response(text, status=problem.status, mimetype=PROBLEM_CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def _slug(name: str) -> str:
    return "-".join(re.findall("[a-z0-9]+", name.lower()))
