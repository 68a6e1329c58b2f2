"""Prices: what came with the app, what is fetched, and what moving something saves."""

import json
from collections.abc import Iterator

import pytest

from services.actors.actor import NOBODY, SYSTEM
from services.actors.errors import NotSignedInError
from services.costs.errors import PriceServiceError
from services.costs.price_list import GB, PriceList, TierPrices
from services.costs.prices import Prices
from services.database.engine import Database
from tests.price_service import PriceService, running_price_service


@pytest.fixture
def service() -> Iterator[PriceService]:
    with running_price_service() as running:
        yield running


def prices_in(database: Database, *, currency: str = "EUR", redundancy: str = "LRS") -> Prices:
    return Prices(database, region="westeurope", currency=currency, redundancy=redundancy)


LIST = PriceList(
    region="nowhere",
    currency="EUR",
    redundancy="LRS",
    date="2026-01-01",
    tiers={
        "hot": TierPrices(stored=0.02, write=0.05, read=0.004, retrieval=0.0),
        "cool": TierPrices(stored=0.01, write=0.1, read=0.01, retrieval=0.01),
        "archive": TierPrices(stored=0.002, write=0.1, read=5.0, retrieval=0.02),
    },
    egress=0.08,
)


@pytest.mark.parametrize(
    ("from_tier", "to_tier", "saved"),
    [
        ("hot", "cool", 1.0),
        ("hot", "archive", 1.8),
        ("cool", "hot", -1.0),
        ("hot", "hot", 0.0),
        ("hot", None, 2.0),
        ("hot", "cold", None),
        ("premium", "cool", None),
    ],
)
def test_what_a_move_saves_a_month(from_tier: str, to_tier: str | None, saved: float | None) -> None:
    found = LIST.saving(100 * GB, from_tier, to_tier)
    assert found == (None if saved is None else pytest.approx(saved))


def test_what_a_move_costs_once() -> None:
    assert LIST.moving(100 * GB, "hot", "archive", blobs=20_000) == pytest.approx(0.2)
    assert LIST.moving(100 * GB, "archive", "hot", blobs=2) == pytest.approx(0.001 + 2.0)
    assert LIST.moving(1, "hot", "cold") is None


@pytest.mark.parametrize("region", ["westeurope", "eastus"])
def test_the_prices_that_come_with_the_app_fall_with_each_tier_and_say_their_day(
    durable: Database, region: str
) -> None:
    found = Prices(durable, region=region, currency="USD", redundancy="LRS").current(by=SYSTEM)
    assert found is not None
    stored = [found.tiers[each].stored for each in ("hot", "cool", "cold", "archive")]
    assert stored == sorted(stored, reverse=True)
    assert found.date
    assert "azure" in found.source.lower()


def test_where_no_prices_are_known_no_cost_is_told(durable: Database) -> None:
    prices = prices_in(durable, redundancy="GZRS")
    assert prices.current(by=SYSTEM) is None
    assert prices.saving(GB, "hot", "cool", by=SYSTEM) is None
    assert prices.describe().startswith("No prices of westeurope, GZRS, in EUR are known")
    assert "prices update" in prices.describe()


def test_fetched_prices_take_the_place_of_those_that_came_with_the_app(
    durable: Database, service: PriceService
) -> None:
    prices = prices_in(durable)
    prices.update(service=service.url, by=SYSTEM)
    # What another process on the same database reads.
    found = prices_in(durable).current(by=SYSTEM)
    assert found is not None
    assert found.tiers["hot"] == TierPrices(stored=0.018, write=0.05, read=0.004, retrieval=0.0)
    assert found.tiers["archive"] == TierPrices(stored=0.0016, write=0.11, read=5.5, retrieval=0.02)
    assert set(found.tiers) == {"hot", "cool", "cold", "archive"}
    assert found.egress == 0.078
    assert found.source == service.url
    assert len(service.asked) > 5
    assert f"those of {found.date}" in prices.describe()


def test_a_tier_that_a_region_does_not_have_is_left_out(durable: Database, service: PriceService) -> None:
    service.items = [each for each in service.items if not each["skuName"].startswith("Archive")]
    assert set(prices_in(durable).update(service=service.url, by=SYSTEM).tiers) == {"hot", "cool", "cold"}


def test_of_two_lists_the_last_one_counts(durable: Database, service: PriceService) -> None:
    prices_in(durable).update(service=service.url, by=SYSTEM)
    for each in service.items:
        each["retailPrice"] *= 2
    prices_in(durable).update(service=service.url, by=SYSTEM)
    found = prices_in(durable).current(by=SYSTEM)
    assert found is not None
    assert found.tiers["hot"].stored == 0.036


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"status": 503}, "answered 503"),
        ({"fails_at_page": 2}, "answered 500"),
        ({"body": b"<html>"}, "no list of prices"),
        ({"body": json.dumps({"Items": [{"meterName": 1}]}).encode()}, "no list of prices"),
        ({"items": []}, "no prices of hot and cool"),
        ({"next_host": "http://elsewhere.example"}, "names another one"),
        ({"status": 302}, "answered 302"),
    ],
)
def test_a_service_that_fails_changes_nothing(
    durable: Database, service: PriceService, fault: dict[str, object], said: str
) -> None:
    for name, value in fault.items():
        setattr(service, name, value)
    prices = prices_in(durable, currency="EUR")
    with pytest.raises(PriceServiceError, match=said):
        prices.update(service=service.url, by=SYSTEM)
    assert prices.current(by=SYSTEM) is None


def test_a_service_that_is_away_is_said(durable: Database) -> None:
    with running_price_service() as gone:
        url = gone.url
    with pytest.raises(PriceServiceError, match="cannot be reached"):
        prices_in(durable).update(service=url, by=SYSTEM)


def test_nobody_at_all_is_shown_no_prices(durable: Database) -> None:
    with pytest.raises(NotSignedInError):
        prices_in(durable).current(by=NOBODY)
