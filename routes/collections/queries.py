"""What the query string of the list of collections asks for, checked."""

from flask import request

from routes.http.openapi.operation import query
from routes.http.queries import asked_cursor, asked_limit, invalid_query
from services.collections.store import SORT, CollectionQuery
from utils.cursors import Cursor
from utils.text import one_line

LONGEST = 200
"""Letters of what is searched for."""
_FLAG = {"type": "string", "enum": ["true", ""]}
LISTED = (
    query(
        "q", "Words that titles or descriptions have, as they begin.", schema={"type": "string", "maxLength": LONGEST}
    ),
    query("editable", "`true`: only those that you may change.", schema=_FLAG),
    query("trash", "`true`: those in the trash that you may bring back.", schema=_FLAG),
)
"""How collections are asked for."""


def collection_query() -> CollectionQuery:
    """The question that the current request puts to the list; raises `InvalidQueryError`."""
    given = request.args.get("q", "")
    if len(given) > LONGEST:
        raise invalid_query("q", f"At most {LONGEST} characters can be searched for.")
    asked = CollectionQuery(
        q=one_line(given),
        editable=_is_set("editable"),
        trash=_is_set("trash"),
        limit=asked_limit(),
        after=asked_cursor(),
    )
    _check_cursor(asked.after, asked)
    return asked


def _check_cursor(after: Cursor | None, asked: CollectionQuery) -> None:
    if after is None:
        return
    if (after.sort, after.q, after.tag, after.filters) != (SORT, asked.q, "", asked.filters):
        raise invalid_query("cursor", "This cursor belongs to another search. Begin without a cursor.")
    if not isinstance(after.value, str):
        raise invalid_query("cursor", "This is not a cursor of this list.")


def _is_set(name: str) -> bool:
    given = request.args.get(name, "")
    if given not in {"true", ""}:
        raise invalid_query(name, "It must be true, or left out.")
    return given == "true"
