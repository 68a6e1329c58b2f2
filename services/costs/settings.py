"""Settings of costs."""

from dataclasses import dataclass

from utils.setting_values import matching, setting


@dataclass(frozen=True, kw_only=True)
class CostSettings:
    """Whose prices are gone by."""

    prices_region: str = setting(
        "westeurope",
        matching(r"[a-z][a-z0-9]{2,31}", "an Azure region such as westeurope"),
        "The Azure region of the storage account, by whose prices costs are told.",
    )
    prices_currency: str = setting(
        "USD",
        matching(r"[A-Z]{3}", "a currency such as USD or EUR"),
        "The currency of costs; after a change run `flask --app app prices update`.",
    )
    prices_redundancy: str = setting(
        "LRS",
        matching(r"LRS|ZRS|GRS|RA-GRS|GZRS|RA-GZRS", "LRS, ZRS, GRS, RA-GRS, GZRS or RA-GZRS"),
        "The redundancy of the storage account, by whose prices costs are told.",
    )
