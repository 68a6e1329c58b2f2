"""What the query strings of the lists of artists and wanted films ask for, checked."""

import re
from collections.abc import Collection, Mapping

from flask import request

from routes.http.openapi.operation import Parameter, query
from routes.http.queries import asked_cursor, asked_limit, invalid_query
from services.artists.artist import WantedState
from services.artists.store.pages import (
    ARTIST_SORTS,
    DEFAULT_ARTIST_SORT,
    DEFAULT_WANTED_SORT,
    WANTED_SORTS,
    ArtistQuery,
    WantedQuery,
)
from utils.cursors import Cursor
from utils.patterns import PLAIN
from utils.text import one_line

ARTIST_VIEW = frozenset({"q", "sort", "state", "view", "limit"})
"""What the pages of lists are asked for."""
LONGEST = 200
"""Letters of what is searched for."""
_SLUG = "^(?:[a-z][a-z0-9-]{0,31})?$"
_YEAR = "^(?:[0-9]{4})?$"
_STATES = [state.value for state in WantedState]
_TEXTS = frozenset({"name", "title"})
"""The orders by a text."""


def _sorts(columns: Collection[str]) -> list[str]:
    return sorted([*columns, *(f"-{each}" for each in columns)])


Q = query("q", "Words that names or titles begin with.", schema={"type": "string", "maxLength": LONGEST})
STATE = query("state", "Only films in this state.", schema={"enum": _STATES})
OF_STATE = query("state", "Only artists of whom films are in this state.", schema={"enum": _STATES})
ARTIST_SORT = query("sort", "The order.", schema={"enum": _sorts(ARTIST_SORTS), "default": DEFAULT_ARTIST_SORT})
_WANTED_SORT = query("sort", "The order.", schema={"enum": _sorts(WANTED_SORTS), "default": DEFAULT_WANTED_SORT})
ARTIST = query("artist", "Only those of this artist.", schema={"type": "string", "maxLength": 64, "pattern": PLAIN})
NARROWING: tuple[Parameter, ...] = (
    Q,
    STATE,
    query("kind", "Only films of this kind.", schema={"type": "string", "pattern": _SLUG}, example="music-video"),
    query("service", "Only films that this service has named.", schema={"type": "string", "pattern": _SLUG}),
    query("year", "Only films of this year.", schema={"type": "string", "pattern": _YEAR}, example="2026"),
    _WANTED_SORT,
)
"""How films are asked for, of one artist and of all."""


def artist_query() -> ArtistQuery:
    """The question that the current request puts to the list of artists; raises `InvalidQueryError`."""
    asked = ArtistQuery(
        q=_words(),
        state=_state(),
        sort=_sort(ARTIST_SORTS, DEFAULT_ARTIST_SORT),
        limit=asked_limit(),
        after=asked_cursor(),
    )
    _check_cursor(asked.after, asked)
    return asked


def asked_view() -> str:
    """Whether artists are shown as a wall or as a list; raises `InvalidQueryError`."""
    given = request.args.get("view", "wall")
    if given not in {"wall", "list"}:
        raise invalid_query("view", "The view must be wall or list.")
    return given


def wanted_query(*, artist_id: str | None = None, usual_state: WantedState | None = None) -> WantedQuery:
    """The question that the current request puts to the list of wanted films, or to those of one artist."""
    year = request.args.get("year", "")
    if not re.fullmatch(_YEAR, year) or not year.isascii():
        raise invalid_query("year", "The year must be a number such as 2026.")
    asked = WantedQuery(
        q=_words(),
        artist_id=artist_id or _plain("artist", 64) or None,
        state=_state() if "state" in request.args else usual_state,
        kind=_slug("kind"),
        service=_slug("service"),
        year=int(year) if year else None,
        sort=_sort(WANTED_SORTS, DEFAULT_WANTED_SORT),
        limit=asked_limit(),
        after=asked_cursor(),
    )
    _check_cursor(asked.after, asked)
    return asked


def _check_cursor(after: Cursor | None, asked: ArtistQuery | WantedQuery) -> None:
    if after is None:
        return
    if (after.sort, after.q, after.tag, after.filters) != (asked.sort, asked.q, "", asked.filters):
        raise invalid_query("cursor", "This cursor belongs to another search or order. Begin without a cursor.")
    if isinstance(after.value, str) != (asked.sort.removeprefix("-") in _TEXTS):
        raise invalid_query("cursor", "This is not a cursor of this list.")


def _words() -> str:
    given = request.args.get("q", "")
    if len(given) > LONGEST:
        raise invalid_query("q", f"At most {LONGEST} characters can be searched for.")
    return one_line(given)


def _state() -> WantedState | None:
    given = request.args.get("state", "")
    if given and given not in _STATES:
        raise invalid_query("state", f"The state must be one of: {', '.join(_STATES)}.")
    return WantedState(given) if given else None


def _sort(columns: Mapping[str, object], usual: str) -> str:
    given = request.args.get("sort", usual)
    if given not in _sorts(list(columns)):
        raise invalid_query("sort", f"The order must be one of: {', '.join(_sorts(list(columns)))}.")
    return given


def _slug(name: str) -> str:
    given = request.args.get(name, "")
    if not re.fullmatch(_SLUG, given):
        raise invalid_query(name, "It must be a short word such as youtube or music-video.")
    return given


def _plain(name: str, most: int) -> str:
    given = request.args.get(name, "")
    if len(given) > most or not re.fullmatch(PLAIN, given):
        raise invalid_query(name, f"It must be a text of at most {most} characters.")
    return given
