"""Pages of the list: found, sorted and continued the same way in every database.

A page is found in one of two ways. Where a word of the question is rare, the videos that have it are gathered and
sorted; where every word is frequent, the list is walked in its order until a page is full. Which costs less is
estimated from how many videos each word has.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    exists,
    false,
    func,
    intersect,
    or_,
    select,
    tuple_,
)

from services.actors.policy import Seen, Visibility
from services.library.catalogue.models import videos, words
from services.library.catalogue.rows import LIBRARY, TRASH, artist_word, collection_word, tag_word, video_of
from services.videos.video import READY, Video
from utils.cursors import Cursor
from utils.search_words import words as words_in

DEFAULT_SORT = "-uploaded_at"
WORST_FIRST, BEST_FIRST = "accessibility", "-accessibility"
SORTS = frozenset(
    {
        *("uploaded_at", "-uploaded_at", "title", "-title", "size", "-size", "duration", "-duration"),
        *(WORST_FIRST, BEST_FIRST),
    }
)
TRASH_SORT, OLDEST_IN_TRASH = "-deleted_at", "deleted_at"

_COLUMNS = {
    "uploaded_at": videos.c.uploaded_at,
    "title": videos.c.title_key,
    "size": videos.c.size,
    "duration": videos.c.duration,
    "accessibility": videos.c.accessibility,
    "deleted_at": videos.c.deleted_at,
}
# Words are counted no further: what has so many videos is frequent enough.
_COUNT_TO = 5_000
# To look a video up by a word of it takes so many times longer than to pass by it in the walk.
_GATHERING_COSTS = 3

EVERYTHING = Seen(all=True)

_Condition = ColumnElement[bool]
_Row = RowMapping

_MOST_LOOKS = 5_000
"""Of so many videos the looks are compared, those that are nearest in length."""


@dataclass(frozen=True, kw_only=True)
class PageQuery:
    """A question to the list, with a cursor that belongs to it."""

    q: str = ""
    tag: str = ""
    longer_than: float | None = None
    """In seconds."""
    clip_of: str | None = None
    """Only clips of this film."""
    tier: str = ""
    """Only what storage keeps in it."""
    artist: str = ""
    """Only what is this artist's, by the id that was asked for."""
    artist_ids: tuple[str, ...] = ()
    """All ids that mean that artist; without any, there is none and nothing is found."""
    collection: str = ""
    """Only what is in this collection, by the id that was asked for."""
    collection_ids: tuple[str, ...] = ()
    """The ids that mean that collection; without any, nothing is found."""
    lacks: int = 0
    """Only what lacks one of these things at least; a bit for each."""
    held: bool = False
    """Only what is on legal hold."""
    sort: str = DEFAULT_SORT
    limit: int = 50
    after: Cursor | None = None
    trash: bool = False
    seen: Seen = EVERYTHING
    """What may be found; the library narrows it to what its actor may see."""

    @property
    def is_narrowed(self) -> bool:
        """Whether it asks for a part of the library."""
        other = self.lacks or self.clip_of or self.held or self.collection or self.longer_than is not None
        return bool(self.q or self.tag or self.tier or self.artist or other)

    @property
    def filters(self) -> str:
        """What a cursor must have been given for besides."""
        length = "" if self.longer_than is None else f"longer_than={self.longer_than!r}"
        film = f"clip_of={self.clip_of}" if self.clip_of else ""
        held = "held=true" if self.held else ""
        tier = f"tier={self.tier}" if self.tier else ""
        artist = f"artist={self.artist}" if self.artist else ""
        collection = f"collection={self.collection}" if self.collection else ""
        lacks = f"lacks={self.lacks}" if self.lacks else ""
        return "&".join(filter(None, [length, lacks, film, held, tier, artist, collection]))


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


def find_totals(connection: Connection, seen: Seen) -> Totals:
    """Count what may be seen of the library."""
    counted = select(func.count(), func.sum(videos.c.size)).where(videos.c.shelf == LIBRARY, *shown(seen))
    count, size = connection.execute(counted).one()
    return Totals(count=count, size=int(size or 0))


def find_copies(connection: Connection, sha256: str, *, other_than: str, seen: Seen, most: int) -> tuple[str, ...]:
    """The ids of other videos of the library with that content that may be seen, the oldest first."""
    same = (videos.c.sha256 == sha256, videos.c.id != other_than, videos.c.shelf == LIBRARY, videos.c.status == READY)
    found = select(videos.c.id).where(*same, *shown(seen)).order_by(videos.c.uploaded_at, videos.c.id).limit(most)
    return tuple(connection.scalars(found))


def find_looks(connection: Connection, video: Video, *, seen: Seen, within: float) -> Sequence[tuple[str, str]]:
    """The ids and looks of other videos of the library that may be seen and are about as long."""
    length = round(1000 * (video.made.duration or 0.0))
    alike = videos.c.duration.between(round(length * (1 - within)), round(length * (1 + within)))
    others = (videos.c.shelf == LIBRARY, videos.c.status == READY, videos.c.id != video.id, videos.c.look.is_not(None))
    nearest = func.abs(videos.c.duration - length)
    found = select(videos.c.id, videos.c.look).where(alike, *others, *shown(seen)).order_by(nearest).limit(_MOST_LOOKS)
    return [(each.id, each.look) for each in connection.execute(found)]


def find_clips(connection: Connection, films: Collection[str], *, seen: Seen, most: int) -> tuple[Video, ...]:
    """Clips of these films in the library that may be seen, the oldest first."""
    some = (videos.c.clip_of.in_(films), _on_shelf(LIBRARY, connection), *shown(seen))
    found = select(videos).where(*some).order_by(videos.c.uploaded_at, videos.c.id).limit(most)
    return tuple(video_of(dict(row)) for row in connection.execute(found).mappings())


def find_ids(connection: Connection, query: PageQuery, *, most: int) -> Sequence[str]:
    """The ids of so many videos that the question finds, the oldest first."""
    wanted = _wanted(query)
    if wanted is None:
        return []
    rare = [_count(connection, condition) < _COUNT_TO for condition in wanted]
    # What is rare is looked up, and not asked of all videos.
    has = [
        videos.c.number.in_(select(words.c.number).where(condition)) if is_rare else _has(condition)
        for condition, is_rare in zip(wanted, rare, strict=True)
    ]
    shelf = _on_shelf(_shelf(query), connection) if any(rare) else videos.c.shelf == _shelf(query)
    found = select(videos.c.id).where(shelf, *shown(query.seen), *_narrowed(query), *has)
    return list(connection.scalars(found.order_by(videos.c.uploaded_at, videos.c.id).limit(most)))


def find_page(connection: Connection, query: PageQuery) -> Page:
    """Answer the question."""
    wanted = _wanted(query)
    if wanted is None:
        return Page(videos=(), next=None)
    rows = _rows(connection, query, wanted)
    more = len(rows) > query.limit
    return Page(
        videos=tuple(video_of(dict(row)) for row in rows[: query.limit]),
        next=_cursor(query, rows[query.limit - 1]) if more else None,
    )


def _wanted(query: PageQuery) -> list[_Condition] | None:
    """The words that the videos must have; None where nothing can be found by what was asked."""
    wanted = [_begins(word) for word in words_in(query.q)]
    if query.q and not wanted:
        return None
    if query.tag:
        wanted.append(words.c.word == tag_word(query.tag))
    for asked, ids, word in (
        (query.artist, query.artist_ids, artist_word),
        (query.collection, query.collection_ids, collection_word),
    ):
        if asked and not ids:
            return None
        if asked:
            wanted.append(words.c.word.in_(list(map(word, ids))))
    return wanted


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
        .where(videos.c.shelf == _shelf(query), *shown(query.seen), *_narrowed(query), *map(_has, wanted))
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
            videos.c.number.in_(numbers_of_all), *shown(query.seen), *_narrowed(query), *map(_has, frequent)
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


def _on_shelf(shelf: str, connection: Connection) -> _Condition:
    """That videos are on that shelf, asked of those that something narrower has found."""
    if connection.dialect.name != "sqlite":
        return videos.c.shelf == shelf
    # SQLite believes that few videos are on a shelf, and would go through all of it by an index: none has this.
    return func.coalesce(videos.c.shelf, "") == shelf


def shown(seen: Seen) -> Sequence[_Condition]:
    """What `seen` says, of rows of the library and of the trash."""
    if seen.all:
        return ()
    reasons: list[_Condition] = []
    if seen.not_private:
        reasons.append(videos.c.visibility != Visibility.PRIVATE.value)
    if seen.owner is not None:
        reasons.append(videos.c.owner == seen.owner)
    if seen.collections:
        reasons.append(_has(words.c.word.in_(sorted(map(collection_word, seen.collections)))))
    return (or_(false(), *reasons),)


def _narrowed(query: PageQuery) -> Sequence[_Condition]:
    length = [] if query.longer_than is None else [videos.c.duration > round(1000 * query.longer_than)]
    film = [videos.c.clip_of == query.clip_of] if query.clip_of else []
    tier = [videos.c.tier == query.tier] if query.tier else []
    held = [videos.c.held_at.is_not(None)] if query.held else []
    return [*length, *film, *tier, *held, *([videos.c.lacks.bitwise_and(query.lacks) != 0] if query.lacks else [])]


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
    return Cursor(
        sort=query.sort, q=query.q, tag=query.tag, value=row[column.name], id=row["id"], filters=query.filters
    )
