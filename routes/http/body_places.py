"""Bodies that are read whole: a client's place while one is read, and memory until the request is over."""

from contextlib import AbstractContextManager
from typing import cast

from flask import Flask, g

from routes.http.clients import client
from routes.http.upload_body import RequestBody
from routes.http.wiring import services
from services.errors import TooLargeError
from services.small_bodies import CountedBody

_STEP = 64 * 1024
"""Memory for a step is taken before its bytes come, if they do."""


def receiving() -> AbstractContextManager[None]:
    """Hold one of the places for as long as a small body is read; raises `BusyError` when the client gets none."""
    return services().small_bodies.places.hold(client())


def read_small(*, largest: int, weight: int | None = None) -> bytearray:
    """The whole body of the current request, to be read while a place is held.

    `weight` says how many copies of it there will be at once, where it is no JSON.

    Raises `TooLargeError` beyond `largest` bytes, `BusyError` without memory for it, and what `RequestBody` raises.
    """
    body = RequestBody()
    if (body.length or 0) > largest:
        raise too_large()
    content = bytearray()
    if weight is not None:
        counted().weight = weight
    # What is wrong with a body is raised only after all that came of it has been read.
    while piece := body.read(min(_STEP, largest + 1 - len(content))):
        if len(content) + len(piece) > largest:
            raise too_large()
        counted().add(len(piece))
        content += piece
    return content


def too_large() -> TooLargeError:
    """What is said of a body that no request of its kind needs."""
    return TooLargeError("The request is larger than it can need to be.")


def counted() -> CountedBody:
    """The count of the request's body; what is made of the body counts until the request is over."""
    if "counted_body" not in g:
        g.counted_body = services().small_bodies.count()
    return cast("CountedBody", g.counted_body)


def register_small_bodies(app: Flask) -> None:
    """Give back the memory of a request's body at its end, however that comes."""

    def give_back(_error: BaseException | None) -> None:
        if (body := g.pop("counted_body", None)) is not None:
            body.__exit__()

    app.teardown_request(give_back)
