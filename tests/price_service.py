"""A price service that answers as Azure's does: some items a page, to whoever asks, by a filter."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

_PAGE = 4


def meter(name: str, sku: str, price: float, *, unit: str, least: float = 0.0, **other: Any) -> dict[str, Any]:
    """One item, with the fields that Azure's have."""
    return {
        "currencyCode": "EUR",
        "tierMinimumUnits": least,
        "retailPrice": price,
        "unitPrice": price,
        "armRegionName": "westeurope",
        "location": "EU West",
        "effectiveStartDate": "2026-01-01T00:00:00Z",
        "meterId": "00000000-0000-0000-0000-000000000000",
        "meterName": name,
        "productId": "DZH318Z0BNXN",
        "skuId": "DZH318Z0BNXN/0054",
        "productName": "General Block Blob v2",
        "skuName": sku,
        "serviceName": "Storage",
        "serviceId": "DZH317F1HKN0",
        "serviceFamily": "Storage",
        "unitOfMeasure": unit,
        "type": "Consumption",
        "isPrimaryMeterRegion": True,
        "armSkuName": "",
        **other,
    }


def all_meters() -> list[dict[str, Any]]:
    """The meters of one region, among them such as must not be taken for others."""
    found = []
    for tier, stored, write, read, retrieval in (
        ("Hot", 0.018, 0.05, 0.004, None),
        ("Cool", 0.009, 0.09, 0.009, 0.009),
        ("Cold", 0.004, 0.16, 0.09, 0.027),
        ("Archive", 0.0016, 0.11, 5.5, 0.02),
    ):
        sku = f"{tier} LRS"
        found += [
            meter(f"{sku} Data Stored", sku, stored * 0.9, unit="1 GB/Month", least=51200),
            meter(f"{sku} Data Stored", sku, stored, unit="1 GB/Month"),
            meter(f"{tier} GRS Data Stored", f"{tier} GRS", stored * 2, unit="1 GB/Month"),
            meter(f"{sku} Write Operations", sku, write, unit="10K"),
            meter(f"{tier} Read Operations", sku, read, unit="10K"),
            meter(f"{tier} Iterative Read Operations", sku, 99, unit="10K"),
        ]
        if retrieval is not None:
            found.append(meter(f"{tier} Data Retrieval", sku, retrieval, unit="1 GB"))
    found.append(meter("Archive Priority Read Operations", "Archive LRS", 60, unit="10K"))
    found.append(meter("Archive Priority Data Retrieval", "Archive LRS", 0.1, unit="1 GB"))
    out: dict[str, Any] = {"productName": "Rtn Preference: MGN", "serviceName": "Bandwidth"}
    found.append(meter("Standard Data Transfer Out", "Standard", 0.0, unit="1 GB", **out))
    found.append(meter("Standard Data Transfer Out", "Standard", 0.078, unit="1 GB", least=100, **out))
    found.append(meter("Standard Data Transfer Out", "Standard", 0.07, unit="1 GB", least=10240, **out))
    return found


@dataclass
class PriceService:
    """What it answers, to be changed by a test."""

    url: str = ""
    items: list[dict[str, Any]] = field(default_factory=all_meters)
    status: int = 200
    body: bytes | None = None
    """Answered in the place of a page."""
    fails_at_page: int | None = None
    next_host: str | None = None
    """The host that the next page is said to be at."""
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, bytes]:
        """The status and the body for one request."""
        self.asked.append(path)
        query = parse_qs(urlsplit(path).query)
        skip = int(query.get("$skip", ["0"])[0])
        if self.status != 200 or skip // _PAGE == self.fails_at_page:
            return (self.status if self.status != 200 else 500), b"{}"
        if self.body is not None:
            return 200, self.body
        wanted = re.findall(r"(\w+) eq '([^']*)'", query["$filter"][0])
        names = {"priceType": "type"}
        fit = [each for each in self.items if all(each[names.get(key, key)] == value for key, value in wanted)]
        address = path.split("&$skip", maxsplit=1)[0].split("&%24skip", maxsplit=1)[0]
        host = self.next_host or self.url.split("/api")[0]
        following = f"{host}{address}&$skip={skip + _PAGE}" if len(fit) > skip + _PAGE else None
        page = fit[skip : skip + _PAGE]
        answer = {"BillingCurrency": "EUR", "CustomerEntityId": "Default", "CustomerEntityType": "Retail"}
        return 200, json.dumps(answer | {"Items": page, "NextPageLink": following, "Count": len(page)}).encode()


@contextmanager
def running_price_service() -> Iterator[PriceService]:
    """One on a free port."""
    service = PriceService()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = service.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_address[1]}/api/retail/prices"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
