"""What the query string of a list asks for, checked."""

from flask import request

from services.catalogue import PageQuery
from services.catalogue.pages import DEFAULT_SORT, SORTS, TRASH_SORT
from services.errors import InvalidQueryError
from utils.cursors import Cursor, InvalidCursor, decode_cursor
from utils.text import one_line

_MOST = 200
_STANDARD = 50
_LONGEST = 200


def library_query() -> PageQuery:
    """The question that the current request puts to the library; raises `InvalidQueryError`.

    What the request leaves out is taken from its cursor; what it says must be what the cursor was given for.
    """
    after = _cursor()
    sort = request.args.get("sort") or (after.sort if after else DEFAULT_SORT)
    if sort not in SORTS:
        raise _refused("sort", f"The order must be one of: {', '.join(sorted(SORTS))}.")
    q, tag = _text("q", after.q if after else ""), _text("tag", after.tag if after else "")
    _check_cursor(after, sort=sort, q=q, tag=tag)
    return PageQuery(q=q, tag=tag, sort=sort, limit=_limit(), after=after)


def trash_query() -> PageQuery:
    """The question that the current request puts to the trash: the latest deletion first."""
    after = _cursor()
    _check_cursor(after, sort=TRASH_SORT, q="", tag="")
    return PageQuery(sort=TRASH_SORT, limit=_limit(), after=after, trash=True)


def _cursor() -> Cursor | None:
    text = request.args.get("cursor")
    if not text:
        return None
    try:
        return decode_cursor(text)
    except InvalidCursor as error:
        raise _refused("cursor", str(error)) from error


def _check_cursor(after: Cursor | None, *, sort: str, q: str, tag: str) -> None:
    if after is None:
        return
    if (after.sort, after.q, after.tag) != (sort, q, tag):
        raise _refused("cursor", "This cursor belongs to another search or order. Begin without a cursor.")
    if isinstance(after.value, str) != (sort.removeprefix("-") == "title"):
        raise _refused("cursor", "This is not a cursor of this list.")


def _text(name: str, otherwise: str) -> str:
    given = request.args.get(name)
    if given is None:
        return otherwise
    if len(given) > _LONGEST:
        raise _refused(name, f"At most {_LONGEST} characters can be searched for.")
    return one_line(given)


def _limit() -> int:
    text = request.args.get("limit")
    if not text:
        return _STANDARD
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= _MOST):
        raise _refused("limit", f"The limit must be a number from 1 to {_MOST}.")
    return int(text)


def _refused(name: str, reason: str) -> InvalidQueryError:
    return InvalidQueryError(reason, errors=[{"field": name, "reason": reason}])
