"""Pages of the list: found, sorted and continued the same way in every database.

A page is found in one of two ways. Where a word of the question is rare, the videos that have it are gathered and
sorted; where every word is frequent, the list is walked in its order until a page is full. Which costs less is
estimated from how many videos each word has.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, and_, exists, func, intersect, select, tuple_

from services.catalogue.models import videos, words
from services.catalogue.rows import LIBRARY, TRASH, tag_word, video_of
from services.video import Video
from utils.cursors import Cursor
from utils.search_words import words as words_in

DEFAULT_SORT = "-uploaded_at"
SORTS = frozenset({"uploaded_at", "-uploaded_at", "title", "-title", "size", "-size"})
TRASH_SORT, OLDEST_IN_TRASH = "-deleted_at", "deleted_at"

_COLUMNS = {
    "uploaded_at": videos.c.uploaded_at,
    "title": videos.c.title_key,
    "size": videos.c.size,
    "deleted_at": videos.c.deleted_at,
}
# Words are counted no further: what has so many videos is frequent enough.
_COUNT_TO = 5_000
# To look a video up by a word of it takes so many times longer than to pass by it in the walk.
_GATHERING_COSTS = 3

_Condition = ColumnElement[bool]
_Row = RowMapping


@dataclass(frozen=True, kw_only=True)
class PageQuery:
    """A question to the list, with a cursor that belongs to it."""

    q: str = ""
    tag: str = ""
    sort: str = DEFAULT_SORT
    limit: int = 50
    after: Cursor | None = None
    trash: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """A part of the list, and the cursor for the next one when there is more."""

    videos: tuple[Video, ...]
    next: Cursor | None
    rebuilding: bool = False


@dataclass(frozen=True, kw_only=True)
class Totals:
    """How many videos the library has, and how many bytes they are together."""

    count: int
    size: int


def find_totals(connection: Connection) -> Totals:
    """Count the library."""
    counted = select(func.count(), func.sum(videos.c.size)).where(videos.c.shelf == LIBRARY)
    count, size = connection.execute(counted).one()
    return Totals(count=count, size=int(size or 0))


def find_page(connection: Connection, query: PageQuery) -> Page:
    """Answer the question."""
    wanted = [_begins(word) for word in words_in(query.q)]
    if query.q and not wanted:
        return Page(videos=(), next=None)
    if query.tag:
        wanted.append(words.c.word == tag_word(query.tag))
    rows = _rows(connection, query, wanted)
    more = len(rows) > query.limit
    return Page(
        videos=tuple(video_of(dict(row)) for row in rows[: query.limit]),
        next=_cursor(query, rows[query.limit - 1]) if more else None,
    )


def _rows(connection: Connection, query: PageQuery, wanted: list[_Condition]) -> Sequence[_Row]:
    """The rows of the page, and one more when there is more."""
    if not wanted:
        return _walk(connection, query, wanted)
    counts = [_count(connection, condition) for condition in wanted]
    fewest = min(counts)
    if fewest == 0:
        return []
    total = max(connection.scalar(select(func.max(videos.c.number))) or 0, *counts)
    matching = total * math.prod(count / total for count in counts)
    if fewest < _COUNT_TO and fewest * _GATHERING_COSTS < min(total, (query.limit + 1) * total / matching):
        rare = [condition for condition, count in zip(wanted, counts, strict=True) if count < _COUNT_TO]
        frequent = [condition for condition, count in zip(wanted, counts, strict=True) if count == _COUNT_TO]
        return _gather(connection, query, rare, frequent)
    return _walk(connection, query, wanted)


def _walk(connection: Connection, query: PageQuery, wanted: Sequence[_Condition]) -> Sequence[_Row]:
    """Go through the list in its order until the page is full."""
    column, falling = _order(query)
    statement = (
        select(videos)
        .where(videos.c.shelf == _shelf(query), *map(_has, wanted))
        .order_by(*([column.desc(), videos.c.id.desc()] if falling else [column, videos.c.id]))
        .limit(query.limit + 1)
    )
    if query.after is not None:
        place, last = tuple_(column, videos.c.id), (query.after.value, query.after.id)
        statement = statement.where(place < last if falling else place > last)
    return connection.execute(statement).mappings().all()


def _gather(
    connection: Connection, query: PageQuery, rare: Sequence[_Condition], frequent: Sequence[_Condition]
) -> Sequence[_Row]:
    """Fetch what has all the rare words, and the others too, and sort it here: no index could, and it is not much."""
    column, falling = _order(query)
    numbers_of_all = intersect(*(select(words.c.number).where(condition) for condition in rare))
    found = connection.execute(
        select(column, videos.c.id, videos.c.number, videos.c.shelf).where(
            videos.c.number.in_(numbers_of_all), *map(_has, frequent)
        )
    )
    places = sorted(((row[0], row[1], row[2]) for row in found if row[3] == _shelf(query)), reverse=falling)
    if query.after is not None:
        last = (query.after.value, query.after.id)
        places = [place for place in places if (place[:2] < last if falling else place[:2] > last)]
    numbers = [place[2] for place in places[: query.limit + 1]]
    rows = connection.execute(select(videos).where(videos.c.number.in_(numbers))).mappings() if numbers else ()
    by_number = {row["number"]: row for row in rows}
    return [by_number[number] for number in numbers if number in by_number]


def _order(query: PageQuery) -> tuple[Column[Any], bool]:
    return _COLUMNS[query.sort.removeprefix("-")], query.sort.startswith("-")


def _shelf(query: PageQuery) -> str:
    return TRASH if query.trash else LIBRARY


def _begins(word: str) -> _Condition:
    # Nothing that begins with the word sorts behind the word and the last of all characters.
    return and_(words.c.word >= word, words.c.word < word + "\U0010ffff")


def _has(condition: _Condition) -> _Condition:
    return exists().where(words.c.number == videos.c.number, condition)


def _count(connection: Connection, condition: _Condition) -> int:
    some = select(words.c.number).where(condition).limit(_COUNT_TO).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def _cursor(query: PageQuery, row: _Row) -> Cursor:
    column, _ = _order(query)
    return Cursor(sort=query.sort, q=query.q, tag=query.tag, value=row[column.name], id=row["id"])
