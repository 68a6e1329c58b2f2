"""How a page of a long list is found: by the shorter of two ways.

A list is walked in its order by an index that also says what is filtered by. Where a word or filter is rare, what has
it is gathered by its entries in the table of words, and sorted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, and_, func, select, tuple_
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from utils.cursors import Cursor

Columns = ReadOnlyColumnCollection[str, Column[Any]]
Filter = Callable[[Columns], ColumnElement[bool]]
"""A condition on columns that both the list and what is gathered have."""

# Words are counted no further: what so many have is frequent enough to be met soon on the way through the list, unless
# something else is asked for as well, which few of those may have.
_MOST_GATHERED, _MOST_OF_SEVERAL = 2500, 8000
_SPARE = 16
_LAST = "\U0010ffff"


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """A word or filter that a list is searched by."""

    entries: ColumnElement[bool]
    """Its entries in the table of words."""
    has: Filter
    """What an entry of the list has that it fits."""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """A way through one table in one order."""

    table: Table
    words: Table
    owner: Column[Any]
    """The column of words that says whose they are."""
    sort: str
    """The column of the order."""
    falling: bool
    limit: int
    after: Cursor | None
    narrow: bool = False
    """Whether the entries of words have the columns of the order and of filters themselves."""

    def rows(
        self, connection: Connection, where: Sequence[Filter], asked: Sequence[Narrowing]
    ) -> Sequence[Mapping[str, Any]]:
        """The rows of the page, and one more when there is more."""
        most = _MOST_GATHERED if len(asked) == 1 else _MOST_OF_SEVERAL
        counts = [self._count(connection, each.entries, most) for each in asked]
        if 0 in counts:
            return []
        rarest = min(range(len(asked)), key=counts.__getitem__) if asked else None
        if rarest is None or counts[rarest] == most:
            where = [*where, *(each.has for each in asked)]
            statement = select(self.table).where(*(each(self.table.c) for each in where))
            ordered = self._ordered(statement, self.table.c[self.sort], self.table.c.id, self._place)
            return [dict(row) for row in connection.execute(ordered.limit(self.limit + 1)).mappings()]
        where = [*where, *(each.has for at, each in enumerate(asked) if at != rarest)]
        ids = self._gathered(connection, where, asked[rarest].entries)
        if not ids:
            return []
        rows = connection.execute(select(self.table).where(self.table.c.id.in_(ids))).mappings()
        by_id = {row["id"]: dict(row) for row in rows}
        return [by_id[each] for each in ids if each in by_id]

    def _gathered(self, connection: Connection, where: Sequence[Filter], rare: ColumnElement[bool]) -> list[str]:
        """The ids of the page, and one more when there is more."""
        facts, id_ = (self.words.c, self.owner) if self.narrow else (self.table.c, self.table.c.id)
        among = rare if self.narrow else id_.in_(select(self.owner).where(rare))
        statement = select(facts[self.sort], id_).where(among, *(each(facts) for each in where))
        ids: dict[str, None] = {}
        place, size = self._place, self.limit + _SPARE
        while True:
            ordered = self._ordered(statement, facts[self.sort], id_, place).limit(size)
            found = [(row[0], row[1]) for row in connection.execute(ordered)]
            # Several words of one film may begin alike: to leave doubles out here costs least.
            ids |= dict.fromkeys(each for _, each in found)
            if len(found) < size or len(ids) > self.limit:
                return list(ids)[: self.limit + 1]
            place = found[-1]

    @property
    def _place(self) -> tuple[int | str, str] | None:
        return None if self.after is None else (self.after.value, self.after.id)

    def _ordered(
        self, statement: Select[Any], sort: Column[Any], id_: Column[Any], place: tuple[int | str, str] | None
    ) -> Select[Any]:
        if place is not None:
            here = tuple_(sort, id_)
            statement = statement.where(here < place if self.falling else here > place)
        return statement.order_by(*([sort.desc(), id_.desc()] if self.falling else [sort, id_]))

    def _count(self, connection: Connection, entries: ColumnElement[bool], most: int) -> int:
        some = select(self.owner).where(entries).limit(most).subquery()
        return connection.scalar(select(func.count()).select_from(some)) or 0


def entries_of(columns: Columns, word: str) -> ColumnElement[bool]:
    """The entries of words that begin like this one."""
    return and_(columns.word >= word, columns.word < word + _LAST)
