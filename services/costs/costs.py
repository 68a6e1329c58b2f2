"""What storage keeps and what was asked of it, with what that costs a month."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.costs.price_list import PriceList
from services.costs.prices import Prices
from services.costs.store import MonthRow, UseStore
from services.errors import ReelgateError
from services.library.catalogue import Catalogue
from services.library.catalogue.kept import CollectedVideos, KeptVideos
from services.steps import KeepGoing
from services.storage.use import STORAGE_USE, StorageUse, UsedFor
from services.videos.tier import Tier

log = logging.getLogger(__name__)

_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of what is stored and used."""

    videos: int
    size: int
    """In bytes."""
    use: StorageUse
    """In the month that it is about."""
    keeping: float | None
    """What keeping so much costs a month; None where a price is not known."""
    using: float | None
    """What the use costs, the bytes read counted as if they had left the region."""
    by_tier: Mapping[str, int]
    """Bytes."""


@dataclass(frozen=True, kw_only=True)
class CollectionShare:
    """What is stored of a collection; a video that is in several is counted in each."""

    videos: int
    size: int
    """In bytes."""
    keeping: float | None
    """What keeping so much costs a month; None where a price is not known."""


@dataclass(frozen=True, kw_only=True)
class CostsShown:
    """All of it, as it is now."""

    total: Share
    in_trash: tuple[int, int]
    """Videos and bytes, which the total has in it."""
    tiers: Mapping[str, Share]
    """Those that storage has, and whichever else is in use."""
    owners: Mapping[str, Share]
    """By the account's id, what costs most first; empty for what was asked for no video in particular."""
    collections: Mapping[str, CollectionShare]
    """By the collection's id, as far as videos say that they are in one."""
    months: Mapping[str, Share]
    """The last twelve at most, the newest last; this one is as it is now."""
    prices: PriceList | None
    currency: str
    region: str
    redundancy: str


class StorageCosts:
    """Tells costs to those who see to the library, and keeps what they are told by."""

    def __init__(self, catalogue: Catalogue, store: UseStore, prices: Prices) -> None:
        self._catalogue = catalogue
        self._store = store
        self._prices = prices

    def shown(self, *, by: Actor) -> CostsShown:
        """What is known now. Raises `CatalogueUnavailableError` and `DatabaseUnavailableError`."""
        require(by, Act.MANAGE)
        self.write_down()
        prices = self._prices.current(by=by)
        month = self._store.this_month()
        kept = self._catalogue.kept.sums()
        past = self._store.rows(since=_months_before(month, _MONTHS - 1))
        now = _rows_now(month, kept, [row for row in past if row.month == month])
        rows = [row for row in past if row.month < month] + now
        trash = [each for each in kept if each.in_trash]
        owners = _shares(now, lambda row: row.owner, prices)
        return CostsShown(
            total=_share(now, prices),
            in_trash=(sum(each.videos for each in trash), sum(each.size for each in trash)),
            tiers={tier.value: _share([], prices) for tier in Tier} | _shares(now, lambda row: row.tier, prices),
            owners=dict(sorted(owners.items(), key=lambda each: (-each[1].size, -each[1].use.read_bytes, each[0]))),
            collections=_collections(self._catalogue.kept.collected(), prices),
            months=_shares(rows, lambda row: row.month, prices) or {month: _share([], prices)},
            prices=prices,
            currency=self._prices.currency,
            region=self._prices.region,
            redundancy=self._prices.redundancy,
        )

    def look(self, _: KeepGoing = lambda _: None) -> str:
        """Write down how much there is now; of a month, the last look counts."""
        kept: dict[UsedFor, tuple[int, int]] = {}
        for each in self._catalogue.kept.sums():
            key = UsedFor(each.tier, each.owner)
            videos, size = kept.get(key, (0, 0))
            kept[key] = (videos + each.videos, size + each.size)
        self._store.note((key, *counted) for key, counted in kept.items())
        return f"{sum(videos for videos, _ in kept.values())} videos"

    def write_down(self) -> None:
        """Keep what this process has asked of storage; where the database fails, it is kept the next time."""
        counted = STORAGE_USE.drain()
        if not counted:
            return
        try:
            self._store.add(counted)
        except ReelgateError as error:
            STORAGE_USE.give_back(counted)
            log.warning("what was asked of storage is written down later: %s", error)


def _rows_now(month: str, kept: Iterable[KeptVideos], noted: Iterable[MonthRow]) -> list[MonthRow]:
    """What is used this month, and what is there now in the place of what was there at the last look."""
    rows = [MonthRow(month=month, tier=row.tier, owner=row.owner, videos=0, size=0, use=row.use) for row in noted]
    rows += [
        MonthRow(month=month, tier=each.tier, owner=each.owner, videos=each.videos, size=each.size, use=StorageUse())
        for each in kept
    ]
    return rows


def _shares(rows: Iterable[MonthRow], key: Callable[[MonthRow], str], prices: PriceList | None) -> dict[str, Share]:
    found: dict[str, list[MonthRow]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {name: _share(found[name], prices) for name in sorted(found)}


def _collections(kept: Iterable[CollectedVideos], prices: PriceList | None) -> dict[str, CollectionShare]:
    found: dict[str, list[CollectedVideos]] = {}
    for each in kept:
        found.setdefault(each.collection, []).append(each)
    return {
        id_: CollectionShare(
            videos=sum(each.videos for each in those),
            size=sum(each.size for each in those),
            keeping=None if prices is None else _sum(prices.keeping(each.size, each.tier) for each in those),
        )
        for id_, those in found.items()
    }


def _share(rows: Sequence[MonthRow], prices: PriceList | None) -> Share:
    by_tier: dict[str, int] = {}
    for row in rows:
        by_tier[row.tier] = by_tier.get(row.tier, 0) + row.size
    return Share(
        videos=sum(row.videos for row in rows),
        size=sum(row.size for row in rows),
        use=reduce(StorageUse.__add__, (row.use for row in rows), StorageUse()),
        keeping=None if prices is None else _sum(prices.keeping(row.size, row.tier) for row in rows),
        using=None if prices is None else _sum(_using(row, prices) for row in rows),
        by_tier=by_tier,
    )


def _using(row: MonthRow, prices: PriceList) -> float | None:
    asking = prices.asking(row.tier, writes=row.use.writes, reads=row.use.reads)
    return _sum([asking, prices.reading(row.use.read_bytes, row.tier)])


def _sum(costs: Iterable[float | None]) -> float | None:
    """Nothing is told where a part is not known."""
    found = list(costs)
    known = [each for each in found if each is not None]
    return sum(known) if len(known) == len(found) else None


def _months_before(month: str, count: int) -> str:
    """The month so many before this one."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return f"{number // 12:04}-{number % 12 + 1:02}"
