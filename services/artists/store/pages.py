"""Pages of artists and of wanted films: as fast in a long list as in a short one.

A list is walked in its order by an index, or, where a word or filter is rare, what has it is gathered and sorted here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, exists, func, intersect, select, tuple_

from services.artists.artist import Artist, Shelf, WantedState
from services.artists.candidate import Wanted
from services.artists.store.rows import COUNTS, artist_of, kind_word, service_word, wanted_of, year_word
from services.artists.tables import artist_words, artists, wanted, wanted_words
from services.database.engine import Database
from utils.cursors import Cursor
from utils.search_words import words as words_in

ARTIST_SORTS = {
    "name": artists.c.name_key,
    "created_at": artists.c.created_at,
    "wanted": artists.c.wanted,
    "downloaded": artists.c.downloaded,
}
WANTED_SORTS = {
    "found_at": wanted.c.found_at,
    "title": wanted.c.title_key,
    "year": wanted.c.year,
    "confidence": wanted.c.confidence,
}
DEFAULT_ARTIST_SORT, DEFAULT_WANTED_SORT = "name", "-found_at"

_Condition = ColumnElement[bool]
# Words are counted no further: what so many have is frequent enough to be met soon on the way through the list.
_COUNT_TO = 2000
_LAST = "\U0010ffff"


@dataclass(frozen=True, kw_only=True)
class ArtistQuery:
    """A question to the list of artists."""

    q: str = ""
    state: WantedState | None = None
    """Only those of whom films are in this state."""
    sort: str = DEFAULT_ARTIST_SORT
    limit: int = 50
    after: Cursor | None = None
    trash: bool = False

    @property
    def filters(self) -> str:
        """What a cursor must have been given for besides."""
        return f"{self.state or ''} {'trash' if self.trash else ''}".strip()


@dataclass(frozen=True, kw_only=True)
class ArtistPage:
    """A part of the list, and the cursor for the next one when there is more."""

    artists: tuple[Artist, ...]
    next: Cursor | None


@dataclass(frozen=True, kw_only=True)
class WantedQuery:
    """A question to the list of wanted films."""

    q: str = ""
    artist_id: str | None = None
    state: WantedState | None = None
    kind: str = ""
    service: str = ""
    year: int | None = None
    sort: str = DEFAULT_WANTED_SORT
    limit: int = 50
    after: Cursor | None = None

    @property
    def filters(self) -> str:
        """What a cursor must have been given for besides."""
        said = (self.artist_id, self.state, self.kind, self.service, self.year)
        return " ".join(str(each or "-") for each in said)


@dataclass(frozen=True, kw_only=True)
class WantedPage:
    """A part of the list, the artists of its films, and the cursor for the next part when there is more."""

    wanted: tuple[Wanted, ...]
    next: Cursor | None
    artists: Mapping[str, Artist]
    """By their ids."""


class ArtistPages:
    """Answers questions to both lists."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database

    def artists(self, query: ArtistQuery) -> ArtistPage:
        """A part of the list of artists."""
        shelf = Shelf.TRASH if query.trash else Shelf.LIBRARY
        where = [artists.c.shelf == shelf.value]
        if query.state is not None:
            where.append(artists.c[COUNTS[query.state]] > 0)
        conditions = _words(artist_words, query.q)
        if query.q and not conditions:
            return ArtistPage(artists=(), next=None)
        walk = _Walk(
            artists, artist_words, artist_words.c.artist_id, *_order(ARTIST_SORTS, query.sort), query.limit, query.after
        )
        with self._database.reading() as connection:
            rows = walk.rows(connection, where, conditions)
        return ArtistPage(artists=tuple(map(artist_of, rows[: query.limit])), next=_cursor(query, walk.column, rows))

    def wanted(self, query: WantedQuery) -> WantedPage:
        """A part of the list of wanted films."""
        where = [wanted.c.artist_id == query.artist_id] if query.artist_id else [wanted.c.hidden == 0]
        if query.state is not None:
            where.append(wanted.c.state == query.state.value)
        conditions = _words(wanted_words, query.q)
        if query.q and not conditions:
            return WantedPage(wanted=(), next=None, artists={})
        for word in (
            kind_word(query.kind) if query.kind else "",
            service_word(query.service) if query.service else "",
            year_word(query.year) if query.year else "",
        ):
            if word:
                conditions.append(wanted_words.c.word == word)
        walk = _Walk(
            wanted, wanted_words, wanted_words.c.wanted_id, *_order(WANTED_SORTS, query.sort), query.limit, query.after
        )
        with self._database.reading() as connection:
            rows = walk.rows(connection, where, conditions)
            makers = {row["artist_id"] for row in rows} - {None}
            found = connection.execute(select(artists).where(artists.c.id.in_(makers))).mappings() if makers else ()
            by_id = {row["id"]: artist_of(row) for row in found}
        return WantedPage(
            wanted=tuple(map(wanted_of, rows[: query.limit])), next=_cursor(query, walk.column, rows), artists=by_id
        )

    def totals(self) -> Mapping[WantedState, int]:
        """How many films are in each state, of all artists."""
        sums = [func.coalesce(func.sum(artists.c[column]), 0) for column in COUNTS.values()]
        counted = select(*sums).where(artists.c.shelf == Shelf.LIBRARY.value)
        of_nobody = select(wanted.c.state, func.count()).where(wanted.c.artist_id.is_(None)).group_by(wanted.c.state)
        with self._database.reading() as connection:
            found = dict(zip(COUNTS, map(int, connection.execute(counted).one()), strict=True))
            for state, count in connection.execute(of_nobody):
                found[WantedState(state)] += count
        return found

    def count(self) -> int:
        """How many artists there are."""
        with self._database.reading() as connection:
            counted = select(func.count()).where(artists.c.shelf == Shelf.LIBRARY.value)
            return connection.scalar(counted) or 0


@dataclass(frozen=True)
class _Walk:
    """A way through one table in one order."""

    table: Table
    words: Table
    owner: Column[Any]
    """The column of words that says whose they are."""
    column: Column[Any]
    falling: bool
    limit: int
    after: Cursor | None

    def rows(
        self, connection: Connection, where: Sequence[_Condition], conditions: Sequence[_Condition]
    ) -> Sequence[Mapping[str, Any]]:
        """The rows of the page, and one more when there is more."""
        counts = [self._count(connection, each) for each in conditions]
        if 0 in counts:
            return []
        rare = [each for each, count in zip(conditions, counts, strict=True) if count < _COUNT_TO]
        frequent = [each for each, count in zip(conditions, counts, strict=True) if count == _COUNT_TO]
        has_frequent = [exists().where(self.owner == self.table.c.id, each) for each in frequent]
        if rare:
            return self._gathered(connection, [*where, *has_frequent], rare)
        statement = (
            select(self.table)
            .where(*where, *has_frequent)
            .order_by(
                *([self.column.desc(), self.table.c.id.desc()] if self.falling else [self.column, self.table.c.id])
            )
            .limit(self.limit + 1)
        )
        if self.after is not None:
            place, last = tuple_(self.column, self.table.c.id), (self.after.value, self.after.id)
            statement = statement.where(place < last if self.falling else place > last)
        return [dict(row) for row in connection.execute(statement).mappings()]

    def _gathered(
        self, connection: Connection, where: Sequence[_Condition], rare: Sequence[_Condition]
    ) -> Sequence[Mapping[str, Any]]:
        ids = intersect(*(select(self.owner).where(each) for each in rare))
        found = connection.execute(select(self.column, self.table.c.id).where(self.table.c.id.in_(ids), *where))
        places = sorted(((row[0], row[1]) for row in found), reverse=self.falling)
        if self.after is not None:
            last = (self.after.value, self.after.id)
            places = [place for place in places if (place < last if self.falling else place > last)]
        wanted_ids = [id_ for _, id_ in places[: self.limit + 1]]
        if not wanted_ids:
            return []
        rows = connection.execute(select(self.table).where(self.table.c.id.in_(wanted_ids))).mappings()
        by_id = {row["id"]: dict(row) for row in rows}
        return [by_id[id_] for id_ in wanted_ids if id_ in by_id]

    def _count(self, connection: Connection, condition: _Condition) -> int:
        some = select(self.owner).where(condition).limit(_COUNT_TO).subquery()
        return connection.scalar(select(func.count()).select_from(some)) or 0


def _words(table: Table, q: str) -> list[_Condition]:
    return [and_(table.c.word >= word, table.c.word < word + _LAST) for word in words_in(q)]


def _order(sorts: Mapping[str, Column[Any]], sort: str) -> tuple[Column[Any], bool]:
    return sorts[sort.removeprefix("-")], sort.startswith("-")


def _cursor(query: ArtistQuery | WantedQuery, column: Column[Any], rows: Sequence[Mapping[str, Any]]) -> Cursor | None:
    if len(rows) <= query.limit:
        return None
    last = rows[query.limit - 1]
    return Cursor(sort=query.sort, q=query.q, tag="", value=last[column.name], id=last["id"], filters=query.filters)
