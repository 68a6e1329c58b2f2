"""Pages of artists and of wanted films: as fast in a long list as in a short one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select

from services.artists.artist import LONGEST_KEY, Artist, Shelf, WantedState
from services.artists.candidate import Wanted
from services.artists.store.rows import COUNTS, artist_of, kind_word, service_word, wanted_of, year_word
from services.artists.store.walk import Columns, Filter, Narrowing, Walk, entries_of
from services.artists.tables import artist_words, artists, wanted, wanted_words
from services.database.engine import Database
from utils.cursors import Cursor
from utils.search_words import begins_anywhere, words

ARTIST_SORTS = {"name": "name_key", "created_at": "created_at", "wanted": "wanted", "downloaded": "downloaded"}
WANTED_SORTS = {"found_at": "found_at", "title": "title_key", "year": "year", "confidence": "confidence"}
"""The columns that both lists are sorted by, by the names of the orders."""
DEFAULT_ARTIST_SORT, DEFAULT_WANTED_SORT = "name", "-found_at"


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
        shelf = (Shelf.TRASH if query.trash else Shelf.LIBRARY).value
        where: list[Filter] = [lambda columns: columns.shelf == shelf]
        if query.state is not None:
            counter = COUNTS[query.state]
            where.append(lambda columns: columns[counter] > 0)
        asked = [_name_like(word) for word in words(query.q)]
        if query.q and not asked:
            return ArtistPage(artists=(), next=None)
        sort, falling = _order(ARTIST_SORTS, query.sort)
        walk = Walk(
            table=artists,
            words=artist_words,
            owner=artist_words.c.artist_id,
            sort=sort,
            falling=falling,
            limit=query.limit,
            after=query.after,
        )
        with self._database.reading() as connection:
            rows = walk.rows(connection, where, asked)
        return ArtistPage(artists=tuple(map(artist_of, rows[: query.limit])), next=_cursor(query, sort, rows))

    def wanted(self, query: WantedQuery) -> WantedPage:
        """A part of the list of wanted films."""
        asked = [_title_like(word) for word in words(query.q)]
        if query.q and not asked:
            return WantedPage(wanted=(), next=None, artists={})
        sort, falling = _order(WANTED_SORTS, query.sort)
        if query.artist_id is None:
            asked += _narrowing(query, sort)
            where: list[Filter] = [lambda columns: columns.hidden == 0]
        else:
            # All films of one artist are gone through by its own indexes.
            artist_id = query.artist_id
            where = [lambda columns: columns.artist_id == artist_id, *(each.has for each in _narrowing(query, sort))]
        if state := query.state:
            where.append(lambda columns: columns.state == state.value)
        walk = Walk(
            table=wanted,
            words=wanted_words,
            owner=wanted_words.c.wanted_id,
            sort=sort,
            falling=falling,
            limit=query.limit,
            after=query.after,
            narrow=True,
        )
        with self._database.reading() as connection:
            rows = walk.rows(connection, where, asked)
            makers = {row["artist_id"] for row in rows} - {None}
            found = connection.execute(select(artists).where(artists.c.id.in_(makers))).mappings() if makers else ()
            by_id = {row["id"]: artist_of(row) for row in found}
        return WantedPage(
            wanted=tuple(map(wanted_of, rows[: query.limit])), next=_cursor(query, sort, rows), artists=by_id
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


def _name_like(word: str) -> Narrowing:
    entries = entries_of(artist_words.c, word)
    return Narrowing(
        entries=entries, has=lambda columns: exists().where(artist_words.c.artist_id == columns.id, entries)
    )


def _title_like(word: str) -> Narrowing:
    entries = entries_of(wanted_words.c, word)
    before = "%" if begins_anywhere(word) else "% "

    def has(columns: Columns) -> ColumnElement[bool]:
        words_of_it = wanted_words.alias()
        film = columns.wanted_id if "wanted_id" in columns else columns.id
        looked_up = exists().where(words_of_it.c.wanted_id == film, entries_of(words_of_it.c, word))
        read = (literal(" ") + columns.title_key).like(f"{before}{word}%")
        return or_(read, and_(func.length(columns.title_key) >= LONGEST_KEY, looked_up))

    return Narrowing(entries=entries, has=has)


def _narrowing(query: WantedQuery, sort: str) -> list[Narrowing]:
    asked = []
    if kind := query.kind:
        asked.append(Narrowing(entries=_word(kind_word(kind)), has=lambda columns: columns.kind == kind))
    if service := query.service:
        asked.append(Narrowing(entries=_word(service_word(service)), has=lambda columns: columns.service == service))
    if year := query.year:
        # In another order, the index by year would lead to all films of that year, which are only then put in order.
        year_of: Callable[[Columns], ColumnElement[int]] = (
            (lambda columns: columns.year) if sort == "year" else (lambda columns: columns.year + 0)
        )
        asked.append(Narrowing(entries=_word(year_word(year)), has=lambda columns: year_of(columns) == year))
    return asked


def _word(word: str) -> ColumnElement[bool]:
    return wanted_words.c.word == word


def _order(sorts: Mapping[str, str], sort: str) -> tuple[str, bool]:
    return sorts[sort.removeprefix("-")], sort.startswith("-")


def _cursor(query: ArtistQuery | WantedQuery, column: str, rows: Sequence[Mapping[str, Any]]) -> Cursor | None:
    if len(rows) <= query.limit:
        return None
    last = rows[query.limit - 1]
    return Cursor(sort=query.sort, q=query.q, tag="", value=last[column], id=last["id"], filters=query.filters)
