"""Pages of the list: found, sorted and continued the same way in every database.

A page is found in one of two ways. Where a word of the question is rare, the videos that have it are fetched and
sorted; where every word is frequent, the list is walked in its order until a page is full. Which it is, is found out
by counting no further than to `_RARE`, so that neither way costs more the larger the library is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, select, tuple_

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
_RARE = 400


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


def find_page(connection: Connection, query: PageQuery) -> Page:
    """Answer the question."""
    column = _COLUMNS[query.sort.removeprefix("-")]
    falling = query.sort.startswith("-")
    wanted = [_word_condition(word) for word in words_in(query.q)]
    if query.tag:
        wanted.append(words.c.word == tag_word(query.tag))
    if query.q and not words_in(query.q):
        return Page(videos=(), next=None)
    order = [column.desc(), videos.c.id.desc()] if falling else [column, videos.c.id]
    statement = (
        select(videos)
        .where(videos.c.shelf == (TRASH if query.trash else LIBRARY))
        .where(*_having(connection, wanted))
        .order_by(*order)
        .limit(query.limit + 1)
    )
    if query.after is not None:
        statement = _after(statement, query.after, column=column, falling=falling)
    rows = connection.execute(statement).mappings().all()
    found = tuple(video_of(dict(row)) for row in rows[: query.limit])
    more = len(rows) > query.limit
    return Page(videos=found, next=_cursor(query, rows[query.limit - 1], column.name) if more else None)


def _word_condition(word: str) -> ColumnElement[bool]:
    # Nothing that begins with the word sorts behind the word and the last of all characters.
    return and_(words.c.word >= word, words.c.word < word + "\U0010ffff")


def _having(connection: Connection, wanted: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    if not wanted:
        return []
    counts = [_count(connection, condition) for condition in wanted]
    rarest = min(range(len(wanted)), key=counts.__getitem__)
    conditions: list[ColumnElement[bool]] = []
    for index, condition in enumerate(wanted):
        if index == rarest and counts[index] <= _RARE:
            numbers = connection.scalars(select(words.c.number).where(condition).distinct()).all()
            conditions.append(videos.c.number.in_(numbers))
        else:
            conditions.append(exists().where(words.c.number == videos.c.number, condition))
    return conditions


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    some = select(words.c.number).where(condition).limit(_RARE + 1).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def _after(statement: Select[Any], cursor: Cursor, *, column: ColumnElement[Any], falling: bool) -> Select[Any]:
    place = tuple_(column, videos.c.id)
    last = (cursor.value, cursor.id)
    return statement.where(place < last if falling else place > last)


def _cursor(query: PageQuery, row: Any, column: str) -> Cursor:
    return Cursor(sort=query.sort, q=query.q, tag=query.tag, value=row[column], id=row["id"])
