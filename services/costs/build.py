"""Costs, put together for one process."""

from dataclasses import dataclass

from config import Settings
from services.costs.prices import HOW_TO_FETCH, Prices
from services.platform import Platform

REPAIR = HOW_TO_FETCH
"""How the doctor's finding is repaired."""


@dataclass(frozen=True, kw_only=True)
class CostsSlice:
    """What is paid for."""

    prices: Prices


def build(platform: Platform, settings: Settings) -> CostsSlice:
    """The slice; opens no connection."""
    return CostsSlice(
        prices=Prices(
            platform.databases.durable,
            region=settings.prices_region,
            currency=settings.prices_currency,
            redundancy=settings.prices_redundancy,
        )
    )
