"""Which prices are gone by: those that were fetched last, else those that came with this version."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.costs import retail
from services.costs.price_list import PriceList
from services.costs.store import PriceStore
from services.database.engine import Database

_FILE = Path(__file__).with_name("prices.json")
HOW_TO_FETCH = "flask --app app prices update"


class _Bundled(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    note: tuple[str, ...]
    lists: tuple[PriceList, ...]


class Prices:
    """The list of one region, currency and redundancy."""

    def __init__(self, database: Database, *, region: str, currency: str, redundancy: str) -> None:
        """`database` is the durable one."""
        self._store = PriceStore(database)
        self.region = region
        self.currency = currency
        self.redundancy = redundancy

    def current(self, *, by: Actor) -> PriceList | None:
        """The prices that costs are told by; None where none are known. Raises `DatabaseUnavailableError`."""
        require(by, Act.MANAGE)
        fetched = self._store.find(region=self.region, currency=self.currency, redundancy=self.redundancy)
        return fetched or self._bundled()

    def saving(self, size: int, from_tier: str, to_tier: str | None, *, by: Actor) -> float | None:
        """What moving so many bytes saves a month, or deleting them where there is no `to_tier`.

        None where a price is not known. For many at once, ask `current` and its own `saving`.
        """
        found = self.current(by=by)
        return None if found is None else found.saving(size, from_tier, to_tier)

    def update(self, *, service: str = retail.SERVICE, by: Actor) -> PriceList:
        """Fetch today's prices and keep them for all; raises `PriceServiceError`, and then changes nothing."""
        require(by, Act.ADMINISTER)
        today = datetime.now(UTC).date().isoformat()
        found = retail.fetch(
            region=self.region, currency=self.currency, redundancy=self.redundancy, date=today, service=service
        )
        self._store.put(found)
        return found

    def describe(self) -> str:
        """Which prices are known, or how to have some, in a sentence."""
        fetched = self._store.find(region=self.region, currency=self.currency, redundancy=self.redundancy)
        found = fetched or self._bundled()
        which = f"{self.region}, {self.redundancy}, in {self.currency}"
        if found is None:
            return f"No prices of {which} are known, so no costs are told: `{HOW_TO_FETCH}` fetches them."
        return f"Prices of {which} are those of {found.date}."

    def _bundled(self) -> PriceList | None:
        known = msgspec.json.decode(_FILE.read_bytes(), type=_Bundled)
        for each in known.lists:
            if (each.region, each.currency, each.redundancy) == (self.region, self.currency, self.redundancy):
                return msgspec.structs.replace(each, source=known.source)
        return None
