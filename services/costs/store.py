"""Fetched prices, and what was stored and used, as rows.

Every method raises `DatabaseUnavailableError` when the database fails.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from sqlalchemy import select

from services.costs.price_list import PriceList
from services.costs.tables import prices, storage_use
from services.database.clock import Clock
from services.database.engine import Database, Transaction
from services.database.insert import insert_of
from services.storage.use import StorageUse, UsedFor


class PriceStore:
    """The last list that was fetched for each region, currency and redundancy."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._now = Clock(database).now
        self._insert = insert_of(database)

    def put(self, found: PriceList) -> None:
        """Keep a list in the place of an earlier one."""
        said = {"list": msgspec.json.encode(found).decode(), "fetched_at": self._now}
        name = _name(region=found.region, currency=found.currency, redundancy=found.redundancy)
        row = self._insert(prices).values(name=name, **said)
        with self._database.writing() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=said))

    def find(self, *, region: str, currency: str, redundancy: str) -> PriceList | None:
        """The list that was fetched last, if one was."""
        name = _name(region=region, currency=currency, redundancy=redundancy)
        with self._database.reading() as connection:
            kept = connection.scalar(select(prices.c.list).where(prices.c.name == name))
        try:
            return None if kept is None else msgspec.json.decode(kept, type=PriceList)
        except msgspec.MsgspecError:
            return None  # Written by a version that knows more; the list in the repository stands in.


def _name(*, region: str, currency: str, redundancy: str) -> str:
    return f"{region} {currency} {redundancy}"


@dataclass(frozen=True, kw_only=True)
class MonthRow:
    """What was stored and used in a month, of one tier and owner."""

    month: str
    """YYYY-MM."""
    tier: str
    owner: str
    """An account's id; empty for what was asked for no video in particular."""
    videos: int
    size: int
    use: StorageUse


class UseStore:
    """What was stored and used, a row for each month, tier and owner."""

    def __init__(self, database: Database) -> None:
        """`database` is the durable one."""
        self._database = database
        self._clock = Clock(database)
        self._insert = insert_of(database)

    def add(self, counted: Mapping[UsedFor, StorageUse]) -> None:
        """Count on in this month."""
        # In the same order everywhere, so that no two of them wait for each other.
        rows = sorted(counted.items(), key=lambda each: (each[0].tier, each[0].owner))
        with self._database.writing() as connection:
            month = self._month(connection)
            for used_for, use in rows:
                more = {"writes": use.writes, "reads": use.reads, "read_bytes": use.read_bytes}
                row = self._insert(storage_use).values(
                    month=month, tier=used_for.tier, owner=used_for.owner, videos=0, size=0, **more
                )
                grown = {name: storage_use.c[name] + row.excluded[name] for name in more}
                connection.execute(row.on_conflict_do_update(index_elements=["month", "tier", "owner"], set_=grown))

    def note(self, kept: Iterable[tuple[UsedFor, int, int]]) -> None:
        """Write down how many videos, and bytes, there are now: all that there are."""
        rows = sorted(kept, key=lambda each: (each[0].tier, each[0].owner))
        with self._database.writing() as connection:
            month = self._month(connection)
            nothing = storage_use.update().where(storage_use.c.month == month).values(videos=0, size=0)
            connection.execute(nothing)
            for used_for, videos, size in rows:
                said = {"videos": videos, "size": size}
                row = self._insert(storage_use).values(
                    month=month, tier=used_for.tier, owner=used_for.owner, writes=0, reads=0, read_bytes=0, **said
                )
                connection.execute(row.on_conflict_do_update(index_elements=["month", "tier", "owner"], set_=said))

    def this_month(self) -> str:
        """As the database's clock has it."""
        with self._database.reading() as connection:
            return self._month(connection)

    def rows(self, *, since: str) -> Sequence[MonthRow]:
        """What is known of this month and later ones."""
        wanted = select(storage_use).where(storage_use.c.month >= since).order_by(*storage_use.primary_key)
        with self._database.reading() as connection:
            return [
                MonthRow(
                    month=row.month,
                    tier=row.tier,
                    owner=row.owner,
                    videos=row.videos,
                    size=row.size,
                    use=StorageUse(writes=row.writes, reads=row.reads, read_bytes=row.read_bytes),
                )
                for row in connection.execute(wanted)
            ]

    def _month(self, connection: Transaction) -> str:
        return f"{datetime.fromtimestamp(self._clock.read_on(connection) / 1000, UTC):%Y-%m}"
