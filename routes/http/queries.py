"""What query strings of long lists say: how much of one is asked for, and where it goes on."""

from flask import request

from services.errors import InvalidQueryError
from utils.cursors import Cursor, InvalidCursor, decode_cursor

MOST_ENTRIES = 200
_STANDARD = 50


def asked_limit() -> int:
    """How many entries are asked for; raises `InvalidQueryError`."""
    text = request.args.get("limit")
    if text is None:
        return _STANDARD
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= MOST_ENTRIES):
        raise invalid_query("limit", f"The limit must be a number from 1 to {MOST_ENTRIES}.")
    return int(text)


def asked_cursor() -> Cursor | None:
    """Where the list goes on; raises `InvalidQueryError`."""
    text = request.args.get("cursor")
    if not text:
        return None
    try:
        return decode_cursor(text)
    except InvalidCursor as error:
        raise invalid_query("cursor", str(error)) from error


def asked_number(sort: str) -> tuple[int, str] | None:
    """Where a list goes on that has this one order, by a number and an id; raises `InvalidQueryError`."""
    cursor = asked_cursor()
    if cursor is None:
        return None
    if cursor.sort != sort or not isinstance(cursor.value, int):
        raise invalid_query("cursor", "This is not a cursor of this list.")
    return cursor.value, cursor.id


def invalid_query(name: str, reason: str) -> InvalidQueryError:
    """The fault of one parameter."""
    return InvalidQueryError(reason, errors=[{"field": name, "reason": reason}])
