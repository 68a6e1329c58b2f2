"""Costs, put together for one process."""

from dataclasses import dataclass

from config import Settings
from services.costs.costs import StorageCosts
from services.costs.prices import HOW_TO_FETCH, Prices
from services.costs.store import UseStore
from services.costs.writing_down import WritingDown
from services.library.build import LibrarySlice
from services.platform import Platform
from services.steps import Step

REPAIR = HOW_TO_FETCH
"""How the doctor's finding is repaired."""
_HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class CostsSlice:
    """What is paid for."""

    prices: Prices
    costs: StorageCosts
    writing_down: WritingDown

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for it."""
        return (Step(name="costs", every=_HOUR, quiet=True, at_start=True, run=self.costs.look),)


def build(platform: Platform, settings: Settings, library: LibrarySlice) -> CostsSlice:
    """The slice; opens no connection."""
    prices = Prices(
        platform.databases.durable,
        region=settings.prices_region,
        currency=settings.prices_currency,
        redundancy=settings.prices_redundancy,
    )
    costs = StorageCosts(library.catalogue, UseStore(platform.databases.durable), prices)
    return CostsSlice(prices=prices, costs=costs, writing_down=WritingDown(costs.write_down))
