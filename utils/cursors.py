"""Cursors: where a list goes on, written so that a client can only hand them back."""

import base64
import json
from dataclasses import dataclass

from utils.text import has_unsafe_characters

_VERSION = 1
_LONGEST = 8192
_LARGEST_NUMBER = 2**63 - 1


class InvalidCursor(ValueError):
    """The text is not a cursor that this server has given out."""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The last entry that a client has seen, and the question that it was an answer to."""

    sort: str
    q: str
    tag: str
    value: int | str
    """What the list is sorted by, of the last entry."""
    id: str
    filters: str = ""
    """What else was asked for, in one spelling."""


def encode_cursor(cursor: Cursor) -> str:
    """Return the cursor as text that is safe in a URL."""
    fields = [_VERSION, cursor.sort, cursor.q, cursor.tag, cursor.value, cursor.id]
    fields += [cursor.filters] if cursor.filters else []
    packed = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode_cursor(text: str) -> Cursor:
    """Return what `encode_cursor` was given; raise InvalidCursor for any text that it cannot have made."""
    try:
        cursor = _unpacked(text)
        if encode_cursor(cursor) == text:
            return cursor
    except (ValueError, RecursionError) as error:
        raise InvalidCursor("This is not a cursor of this list.") from error
    raise InvalidCursor("This is not a cursor of this list.")


def _unpacked(text: str) -> Cursor:
    if len(text) > _LONGEST or not text.isascii():
        raise InvalidCursor
    fields = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    match fields:
        case [int(version), str(sort), str(q), str(tag), int() | str() as value, str(id_), *rest] if (
            version == _VERSION and all(isinstance(each, str) for each in rest) and len(rest) <= 1
        ):
            filters = "".join(rest)
        case _:
            raise InvalidCursor
    if any(has_unsafe_characters(part) for part in (sort, q, tag, str(value), id_, filters)):
        raise InvalidCursor
    if isinstance(value, bool) or (isinstance(value, int) and not 0 <= value <= _LARGEST_NUMBER):
        raise InvalidCursor
    return Cursor(sort=sort, q=q, tag=tag, value=value, id=id_, filters=filters)
