"""What the query string of the list of imports asks for, checked."""

from flask import request

from routes.http.queries import asked_limit, asked_number, invalid_query
from routes.jobs.list_query import asked_states
from services.imports.record import ImportQuery
from utils.text import has_unsafe_characters

LONGEST_ID = 64


def asked_parent() -> str | None:
    """The list whose entries are asked for; raises `InvalidQueryError`."""
    parent = request.args.get("parent") or None
    if parent is not None and (len(parent) > LONGEST_ID or has_unsafe_characters(parent)):
        raise invalid_query("parent", "There is no list of that id.")
    return parent


def import_query(*, parent: str | None) -> ImportQuery:
    """The question that the current request puts to all imports, or to the entries of one list.

    Raises `InvalidQueryError`.
    """
    return ImportQuery(limit=asked_limit(), parent=parent, states=asked_states(), after=asked_number(sort_of(parent)))


def sort_of(parent: str | None) -> str:
    """The order of all imports, or of the entries of one list."""
    return "-created_at" if parent is None else f"place {parent}"
