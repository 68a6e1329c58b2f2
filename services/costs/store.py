"""Fetched prices as rows. Every method raises `DatabaseUnavailableError` when the database fails."""

import msgspec
from sqlalchemy import select

from services.costs.price_list import PriceList
from services.costs.tables import prices
from services.database.clock import Clock
from services.database.engine import Database
from services.database.insert import insert_of


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
