"""A small JSON body, read with the care of an upload: it may stall, break off, never end or be no JSON."""

import codecs
from collections.abc import Collection
from typing import Any

import msgspec
from flask import request

from routes.http.body_places import read_small, receiving, too_large
from services.errors import UnsupportedMediaError
from services.uploads.block_plan import MOST_BLOCKS

_MOST_COMMAS = MOST_BLOCKS + 1000
"""No request has more values than a list of all blocks: each costs ten times what it is long, or more."""

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding raises for texts that are no JSON in UTF-8; the first one's sentence is fit to be read."""


class NotJson(ValueError):
    """The body is something else."""


def read_json(kind: Any, *, largest: int, types: Collection[str] = ("application/json",)) -> Any:
    """What the body says, as a value of that kind; None when there is none.

    Raises `NotJson`, `TooLargeError` beyond `largest` bytes, `UnsupportedMediaError` when it claims to be none of
    `types`, and what `RequestBody` raises.
    """
    with receiving():
        text = read_small(largest=largest)
        if text.count(b",") > _MOST_COMMAS:
            raise too_large()
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
