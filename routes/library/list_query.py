"""What the query string of a list asks for, checked."""

import re
from dataclasses import replace

from flask import request

from routes.http.actors import current_actor
from routes.http.queries import asked_cursor, asked_limit, invalid_query
from routes.http.wiring import services
from services.accessibility.bits import bits_of
from services.accessibility.score import Missing
from services.library.catalogue import PageQuery
from services.library.catalogue.pages import DEFAULT_SORT, SORTS, TRASH_SORT
from services.videos.tier import Tier
from utils.cursors import Cursor
from utils.text import one_line

_LONGEST_NUMBER = 30
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
LONGEST_FILM = 1e12
"""Seconds. No film is longer, and a database can hold it in milliseconds."""
LONGEST = 200
"""Letters of what is searched for."""


def library_query(*, usual_sort: str = DEFAULT_SORT, in_collection: str | None = None) -> PageQuery:
    """The question that the current request puts to the library; raises `InvalidQueryError`.

    `in_collection` is the id of a collection in which whoever asks looks, whatever the query string says.

    What the request leaves out is taken from its cursor; what it says must be what the cursor was given for.
    """
    after = asked_cursor()
    sort = request.args.get("sort", after.sort if after else usual_sort)
    if sort not in SORTS:
        raise invalid_query("sort", f"The order must be one of: {', '.join(sorted(SORTS))}.")
    q, tag = _text("q", after.q if after else ""), _text("tag", after.tag if after else "")
    length, lacks, tier = _seconds("longer_than", after), _lacks(after), _tier(after)
    artist, ids = of_artist(_text("artist", _filter("artist", after) or ""))
    named = _text("collection", _filter("collection", after) or "") if in_collection is None else in_collection
    collection, grouped = of_collection(named)
    narrowed = PageQuery(
        q=q, tag=tag, longer_than=length, lacks=lacks, tier=tier, held=_held(after), artist=artist, artist_ids=ids
    )
    narrowed = replace(narrowed, collection=collection, collection_ids=grouped)
    query = replace(narrowed, sort=sort, limit=asked_limit(), after=after)
    _check_cursor(after, query)
    return query


def of_artist(artist: str) -> tuple[str, tuple[str, ...]]:
    """The artist that is asked for, and all ids that mean it."""
    return artist, services().artists.crediting.ids_of(artist, by=current_actor()) if artist else ()


def of_collection(collection: str) -> tuple[str, tuple[str, ...]]:
    """The collection that is asked for, and the ids that mean it: none where whoever asks sees no such one."""
    if not collection:
        return "", ()
    return collection, services().collections.collections.ids_of(collection, by=current_actor())


def asked_words() -> str:
    """What is searched for; raises `InvalidQueryError`."""
    return _text("q", "")


def trash_query() -> PageQuery:
    """The question that the current request puts to the trash: the latest deletion first."""
    after = asked_cursor()
    query = PageQuery(sort=TRASH_SORT, limit=asked_limit(), after=after, trash=True)
    _check_cursor(after, query)
    return query


def _check_cursor(after: Cursor | None, query: PageQuery) -> None:
    if after is None:
        return
    asked = (query.sort, query.q, query.tag, query.filters)
    if (after.sort, after.q, after.tag, after.filters) != asked:
        raise invalid_query("cursor", "This cursor belongs to another search or order. Begin without a cursor.")
    if isinstance(after.value, str) != (query.sort.removeprefix("-") == "title"):
        raise invalid_query("cursor", "This is not a cursor of this list.")


def _text(name: str, otherwise: str) -> str:
    given = request.args.get(name)
    if given is None:
        return otherwise
    if len(given) > LONGEST:
        raise invalid_query(name, f"At most {LONGEST} characters can be searched for.")
    return one_line(given)


def _seconds(name: str, after: Cursor | None) -> float | None:
    """A length that is asked for, or was when the cursor was given."""
    text = request.args.get(name, _filter(name, after))
    if not text:
        return None
    if not (text.isascii() and len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text)):
        raise invalid_query(name, "A length must be a number of seconds, such as 90.")
    return min(float(text), LONGEST_FILM)


def _lacks(after: Cursor | None) -> int:
    """What the videos are to lack, as bits: that is asked for, or was when the cursor was given."""
    text = request.args.get("missing")
    if text is None:
        bits = _filter("lacks", after) or ""
        return int(bits) if bits.isascii() and bits.isdigit() and len(bits) < len(str(2**31)) else 0
    if text and text not in set(Missing):
        raise invalid_query("missing", f"What is missing must be one of: {', '.join(Missing)}.")
    return bits_of([Missing(text)]) if text else 0


def _held(after: Cursor | None) -> bool:
    """Whether it is to be on legal hold."""
    text = request.args.get("held")
    if text is None:
        return _filter("held", after) == "true"
    if text not in {"true", ""}:
        raise invalid_query("held", "It must be true, or left out.")
    return text == "true"


def _tier(after: Cursor | None) -> str:
    """The tier that the videos are to be in, or had to when the cursor was given."""
    text = request.args.get("tier", _filter("tier", after)) or ""
    if text and text not in set(Tier):
        raise invalid_query("tier", f"The tier must be one of: {', '.join(Tier)}.")
    return text


def _filter(name: str, after: Cursor | None) -> str | None:
    """What a cursor was given for besides its search and order."""
    said = dict(each.split("=", 1) for each in after.filters.split("&") if "=" in each) if after else {}
    return said.get(name)
