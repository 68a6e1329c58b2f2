"""Prices from Azure's public price service.

It answers `{"Items": […], "NextPageLink": URL or null}`, some hundred items a page, to an OData filter; nobody has to
sign in. What is of use are the meters of block blobs, whose names end in what they measure, and one of bandwidth.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
import requests

from services.costs.errors import PriceServiceError
from services.costs.price_list import PriceList, TierPrices

SERVICE = "https://prices.azure.com/api/retail/prices"
_TIERS = ("hot", "cool", "cold", "archive")
_NEEDED = ("hot", "cool")
_SECONDS = (5.0, 20.0)
_MOST_PAGES = 50
_BLOBS = "serviceName eq 'Storage' and productName eq 'General Block Blob v2'"
_BANDWIDTH = "serviceName eq 'Bandwidth' and meterName eq 'Standard Data Transfer Out'"


class _Meter(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One meter, or one step of its price."""

    meter_name: str
    sku_name: str = ""
    retail_price: float
    unit_of_measure: str
    tier_minimum_units: float = 0.0
    currency_code: str
    type: str = "Consumption"


class _PricePage(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    items: list[_Meter]
    next_page_link: str | None = None


def fetch(*, region: str, currency: str, redundancy: str, date: str, service: str = SERVICE) -> PriceList:
    """Today's list, `date` being today; raises `PriceServiceError`."""
    with requests.Session() as session:
        where = f"armRegionName eq '{region}' and priceType eq 'Consumption'"
        blobs = list(_items(session, service, currency=currency, filter_=f"{where} and {_BLOBS}"))
        bandwidth = list(_items(session, service, currency=currency, filter_=f"{where} and {_BANDWIDTH}"))
    tiers = {tier: found for tier in _TIERS if (found := _tier(blobs, tier, redundancy)) is not None}
    missing = [tier for tier in _NEEDED if tier not in tiers]
    if missing:
        raise PriceServiceError(
            f"The price service knows no prices of {' and '.join(missing)} storage in {region}, {redundancy}, in "
            f"{currency}. Check PRICES_REGION, PRICES_CURRENCY and PRICES_REDUNDANCY."
        )
    return PriceList(
        region=region,
        currency=currency,
        redundancy=redundancy,
        date=date,
        tiers=tiers,
        egress=_leaving(bandwidth, region),
        source=service,
    )


def _items(session: requests.Session, service: str, *, currency: str, filter_: str) -> Iterator[_Meter]:
    query: Mapping[str, str] | None = {"currencyCode": f"'{currency}'", "$filter": filter_}
    url: str | None = service
    for _ in range(_MOST_PAGES):
        page = _page(session, str(url), query)
        for item in page.items:
            if item.currency_code == currency and item.type == "Consumption":
                yield item
        url, query = page.next_page_link, None
        if not url:
            return
        if urlsplit(url).hostname != urlsplit(service).hostname:
            raise PriceServiceError("The price service names another one for its next page.")
    raise PriceServiceError("The price service has no end of pages.")


def _page(session: requests.Session, url: str, query: Mapping[str, str] | None) -> _PricePage:
    try:
        answer = session.get(url, params=query, timeout=_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        raise PriceServiceError("The price service cannot be reached. The prices that were known stay.") from error
    if answer.status_code != requests.codes.ok:
        raise PriceServiceError(f"The price service answered {answer.status_code}. The prices that were known stay.")
    try:
        return msgspec.json.decode(answer.content, type=_PricePage)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise PriceServiceError("The price service answered what is no list of prices.") from error


def _tier(items: Sequence[_Meter], tier: str, redundancy: str) -> TierPrices | None:
    """The prices of a tier; None where one is missing."""
    own = [each for each in items if each.sku_name.lower() == f"{tier} {redundancy.lower()}"]
    found: dict[str, Any] = {
        "stored": _first(own, "Data Stored", unit="1 GB/Month"),
        "write": _first(own, "Write Operations", unit="10K"),
        "read": _first(own, "Read Operations", unit="10K"),
        # What hot storage reads costs nothing, and has no meter.
        "retrieval": 0.0 if tier == "hot" else _first(own, "Data Retrieval", unit="1 GB"),
    }
    return None if None in found.values() else TierPrices(**found)


def _first(items: Sequence[_Meter], measures: str, *, unit: str) -> float | None:
    """What the first units of a meter cost: beyond some terabytes, each costs a little less."""
    found = [
        each
        for each in items
        if each.meter_name.endswith(measures)
        and each.unit_of_measure == unit
        # The archive has meters of the same ends for what is brought back sooner; those come with a priority.
        and "Priority" not in each.meter_name
        and "Iterative" not in each.meter_name
    ]
    return min(found, key=lambda each: each.tier_minimum_units).retail_price if found else None


def _leaving(items: Sequence[_Meter], region: str) -> float:
    """What a gigabyte costs that leaves the region, beyond what is free."""
    paid = [each for each in items if each.unit_of_measure == "1 GB" and each.retail_price > 0]
    if not paid:
        raise PriceServiceError(f"The price service knows no price of what leaves {region}.")
    return min(paid, key=lambda each: each.tier_minimum_units).retail_price
