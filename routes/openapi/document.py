"""The whole document, put together."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from routes.openapi import direct, library, playing, resumable, service, uploads
from routes.openapi.faults import CROSS_SITE, INTERNAL, TOO_MANY_REQUESTS, UNKNOWN_HOST
from routes.openapi.operation import Operation, refusal
from routes.openapi.schemas import schemas

_ABOUT = """Reelgate takes videos in, checks them, keeps them in Azure Blob Storage, lists them and plays them back.

Errors are `application/problem+json` (RFC 9457); a browser that asks for HTML gets a page that says the same. Every
answer carries `X-Request-ID`. Fields may be added to answers: ignore those that you do not know."""

_HEADERS = {
    "X-Request-ID": "Names the request in the log. A client may send its own: 8 to 128 letters, digits, `.`, `_`, `-`.",
    "ETag": "The version.",
    "Location": "Where the new or the asked-for thing is.",
    "Content-Location": "The video that an upload has become.",
    "Content-Range": "Which bytes these are, and of how many.",
    "Retry-After": "Try again after so many seconds.",
    "Upload-Offset": "So many bytes have arrived.",
    "Upload-Length": "So many bytes there will be.",
    "Upload-Expires": "Until when an unfinished upload is kept.",
    "Tus-Resumable": "The version of the protocol.",
    "Tus-Version": "The versions that are spoken.",
    "Tus-Extension": "The extensions that are there.",
    "Tus-Max-Size": "The largest upload, in bytes.",
}


_OPEN = {"/health", "/health/ready"}


def operations() -> Mapping[str, Operation]:
    """Every operation by its method and address, such as `GET /api/videos/{video_id}`."""
    found: dict[str, Operation] = {}
    for module in (uploads, resumable, direct, library, playing, service):
        found |= module.OPERATIONS
    return {key: _guarded(key, operation) for key, operation in found.items()}


@cache
def document() -> dict[str, Any]:
    """The description as OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for key, operation in operations().items():
        method, path = key.split(" ", 1)
        paths.setdefault(path, {})[method.lower()] = _with_internal_error(operation.spelt())
    return {
        "openapi": "3.1.0",
        "info": {"title": "Reelgate", "version": "1", "summary": "A video gate.", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": each} for each in dict.fromkeys(one.tag for one in operations().values())],
        "paths": paths,
        "components": {"schemas": schemas(), "headers": {name: _header(about) for name, about in _HEADERS.items()}},
    }


def _header(about: str) -> dict[str, Any]:
    return {"description": about, "schema": {"type": "string"}}


def _guarded(key: str, operation: Operation) -> Operation:
    """With what `routes/guards.py` and `routes/rates.py` answer before an operation is reached."""
    method, path = key.split(" ", 1)
    faults = [] if path in _OPEN else [UNKNOWN_HOST, TOO_MANY_REQUESTS]
    if method not in {"GET", "HEAD", "OPTIONS"}:
        faults.append(CROSS_SITE)
    return replace(operation, faults=(*operation.faults, *faults))


def _with_internal_error(spelt: dict[str, Any]) -> dict[str, Any]:
    responses = spelt["responses"] | {"500": refusal([INTERNAL])}
    return spelt | {"responses": dict(sorted(responses.items()))}
