"""A small JSON body, read with the care of an upload: it may stall, break off, never end or be no JSON."""

import codecs
from collections.abc import Collection
from typing import Any

import msgspec
from flask import request

from routes.body import RequestBody
from routes.small_body import receiving
from services.errors import TooLargeError, UnsupportedMediaError

_STEP = 64 * 1024
"""Memory for a step is taken before its bytes come, if they do."""


UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises for texts that are no JSON in UTF-8; the first one's sentence is fit to be read."""


class NotJson(ValueError):
    """The body is something else."""


def read_json(kind: Any, *, largest: int, types: Collection[str] = ("application/json",)) -> Any:
    """What the body says, as a value of that kind; None when there is none.

    Raises `NotJson`, `TooLargeError` beyond `largest` bytes, `UnsupportedMediaError` when it claims to be none of
    `types`, and what `RequestBody` raises.
    """
    body = RequestBody()
    if (body.length or 0) > largest:
        raise _too_large()
    with receiving():
        text = _read(body, largest=largest)
        if not text:
            return None
        if request.mimetype not in types:
            raise UnsupportedMediaError("Send the request as application/json.")
        try:
            # What Windows writes in front of a text file is no part of it.
            return msgspec.json.decode(text.removeprefix(codecs.BOM_UTF8), type=kind)
        except msgspec.ValidationError as error:
            raise NotJson(f"The body is not what it must be: {error}.") from error
        except UNREADABLE as error:
            raise NotJson("The body is not JSON.") from error


def _read(body: RequestBody, *, largest: int) -> bytearray:
    text = bytearray()
    # What is wrong with a body is raised only after all that came of it has been read.
    while piece := body.read(min(_STEP, largest + 1 - len(text))):
        text += piece
        if len(text) > largest:
            raise _too_large()
    return text


def _too_large() -> TooLargeError:
    return TooLargeError("The request is larger than what it can need.")
