"""The whole document, put together from the app's routes and what stands beside their handlers."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec
from flask import Flask
from werkzeug.routing import Rule

from routes.docs.components import schemas
from routes.http.api_versions import spellings
from routes.http.feature import SHUT
from routes.http.openapi.faults import (
    CROSS_SITE,
    FACTOR_DEMANDED,
    FORBIDDEN,
    INTERNAL,
    NOT_SIGNED_IN,
    TOO_MANY_REQUESTS,
    UNKNOWN_HOST,
)
from routes.http.openapi.operation import Operation, refusal, said_of
from utils.patterns import filename

_ABOUT = """Reelgate takes videos in, checks them, keeps them in Azure Blob Storage, lists them and plays them back.

Errors are `application/problem+json` (RFC 9457); a browser that asks for HTML gets a page that says the same. Every
answer carries `X-Request-ID`. Fields may be added to answers: ignore those that you do not know.
No text may hold NUL.

`/api/v1/<path>` is `/api/<path>`: version 1 is what stands here. A list answers with a slash at its end, too."""

_HEADERS = {
    "X-Request-ID": "Names the request in the log. A client may send its own: 8 to 128 letters, digits, `.`, `_`, `-`.",
    "ETag": "The version.",
    "Location": "Where the new or the asked-for thing is.",
    "Content-Location": "The video that an upload has become.",
    "Content-Range": "Which bytes these are, and of how many.",
    "Retry-After": "Seconds to wait before another try.",
    "Upload-Offset": "Bytes that have arrived.",
    "Upload-Length": "Bytes of the whole upload.",
    "Upload-Expires": "Until when an unfinished upload is kept.",
    "Tus-Resumable": "The version of the protocol.",
    "Tus-Version": "The versions that are spoken.",
    "Tus-Extension": "The extensions that are there.",
    "Tus-Max-Size": "The largest upload, in bytes.",
}

_OPEN = {"/health", "/health/ready"}
_UNASKED = {"/api/auth/login", "/api/auth/register", "/api/auth/password/reset"}
_UNASKED |= {"/api/auth/device", "/api/auth/device/token", "/api/auth/password/forgotten"}
_VARIABLE = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")
_METHODS = ("OPTIONS", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def operations(app: Flask) -> Mapping[str, Operation]:
    """Every operation by its method and address, such as `GET /api/videos/{video_id}`; those of one feature together.

    An address with a slash at its end is another spelling of the one without. Beside GET there is always HEAD, and
    OPTIONS everywhere: these are listed where something is said of them.
    """
    found = {
        f"{method} {_spelt(operation, rule)}": operation
        for rule in app.url_map.iter_rules()
        if not rule.rule.endswith("/") and rule.endpoint.split(".")[0] not in app.config.get(SHUT, ())
        for method, operation in _said_of(rule, app.view_functions[rule.endpoint])
    }
    tags = [operation.tag for operation in found.values()]

    def place(key: str) -> tuple[int, str, int]:
        method, address = key.split(" ")
        return tags.index(found[key].tag), address, _METHODS.index(method)

    return {key: _guarded(key, found[key]) for key in sorted(found, key=place)}


def address_of(rule: Rule) -> str:
    """The address of a route as OpenAPI writes it."""
    return _VARIABLE.sub(r"{\1}", rule.rule)


def _spelt(operation: Operation, rule: Rule) -> str:
    _, versioned = spellings(address_of(rule))
    return versioned if operation.versioned else address_of(rule)


def _said_of(rule: Rule, view: object) -> Iterator[tuple[str, Operation]]:
    for operation in said_of(view):
        in_path = {each.name for each in operation.parameters if each.where == "path"}
        methods = {operation.method} if operation.method else {"GET", "POST", "PUT", "PATCH", "DELETE"}
        if in_path == rule.arguments:
            yield from ((method, operation) for method in methods & (rule.methods or set()))


def document(app: Flask, *, largest: int, extensions: Collection[str] | None) -> dict[str, Any]:
    """The description as OpenAPI 3.1, with what the settings let in: doors, sizes and names of files."""
    # A copy in plain values: examples are messages of the API, and what stands beside a handler is not to change.
    described: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(_document(operations(app))))
    new_upload = described["components"]["schemas"].get("NewUpload", {"properties": {"size": {}}})["properties"]
    new_upload["size"]["maximum"] = largest
    if extensions is not None:
        name = {"type": "string", "pattern": filename(extensions)}
        new_upload["filename"] = name
        [put] = [
            each for each in described["paths"]["/api/upload/{filename}"]["put"]["parameters"] if each["in"] == "path"
        ]
        put["schema"] = name
    return described


def _document(found: Mapping[str, Operation]) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for key, operation in found.items():
        method, path = key.split(" ", 1)
        paths.setdefault(path, {})[method.lower()] = _with_internal_error(operation.spelt())
    return {
        "openapi": "3.1.0",
        "info": {"title": "Reelgate", "version": "1", "summary": "A video gate.", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": each} for each in dict.fromkeys(one.tag for one in found.values())],
        "paths": paths,
        "components": {
            "schemas": schemas(found.values()),
            "headers": {name: _header(about) for name, about in _HEADERS.items()},
        },
    }


def _header(about: str) -> dict[str, Any]:
    return {"description": about, "schema": {"type": "string"}}


def _guarded(key: str, operation: Operation) -> Operation:
    """With what `routes/http/guards.py` and `routes/http/rate_limits.py` answer before an operation is reached."""
    method, path = key.split(" ", 1)
    faults = [] if path in _OPEN else [UNKNOWN_HOST, TOO_MANY_REQUESTS]
    if path not in _OPEN and path != "/metrics" and method != "OPTIONS":
        # What lets somebody in asks nobody who they are, and refuses a token that has ended all the same.
        faults += [NOT_SIGNED_IN] if path in _UNASKED else [NOT_SIGNED_IN, FORBIDDEN, FACTOR_DEMANDED]
    if method not in {"GET", "HEAD", "OPTIONS"}:
        faults.append(CROSS_SITE)
    return replace(operation, faults=(*operation.faults, *faults))


def _with_internal_error(spelt: dict[str, Any]) -> dict[str, Any]:
    responses = spelt["responses"] | {"500": refusal([INTERNAL])}
    return spelt | {"responses": dict(sorted(responses.items()))}
