"""What storage keeps and costs, as the API says it."""

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta, Struct

from routes.http.wiring import services
from services.actors.actor import SYSTEM, Actor
from services.costs.costs import CollectionShare, CostsShown, Share

_Count = Annotated[int, Meta(ge=0)]


class StoredMessage(Struct, frozen=True, kw_only=True):
    """A part of what is stored, and what was asked of storage in its month."""

    bytes: _Count
    videos: _Count
    cost: Annotated[float | None, Meta(description="Of keeping it for a month; null where a price is not known.")]
    writes: Annotated[int, Meta(ge=0, description="Operations that wrote or listed.")]
    reads: Annotated[int, Meta(ge=0, description="Other operations.")]
    read_bytes: Annotated[
        int,
        Meta(
            ge=0, description="Read by this server to be played; not what ffmpeg and the check of stored videos read."
        ),
    ]
    use_cost: Annotated[
        float | None,
        Meta(description="Of these operations, and of these bytes leaving the region; null where it is not known."),
    ]


class TierCostMessage(StoredMessage, frozen=True, kw_only=True):
    """What is stored in a tier, and was used this month."""

    tier: str


class OwnerCostMessage(StoredMessage, frozen=True, kw_only=True):
    """What is stored of an account, and was used this month."""

    owner: Annotated[str, Meta(description="The account's id; empty for what was asked for no video in particular.")]
    name: Annotated[str | None, Meta(description="What the account is called; null where it is gone.")]


class CollectionCostMessage(Struct, frozen=True, kw_only=True):
    """What is stored of a collection."""

    collection: Annotated[str, Meta(description="The collection's id.")]
    title: str
    bytes: _Count
    videos: _Count
    cost: Annotated[float | None, Meta(description="Of keeping it for a month; null where a price is not known.")]


class MonthCostMessage(StoredMessage, frozen=True, kw_only=True):
    """What was stored and used in a month."""

    month: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}$")]


class InTrashMessage(Struct, frozen=True, kw_only=True):
    """What of it can still be restored, and costs until it is gone."""

    bytes: _Count
    videos: _Count


class StorageMessage(Struct, frozen=True, kw_only=True):
    """What storage keeps, and what that costs."""

    bytes: Annotated[int, Meta(ge=0, description="Of all videos, those in the trash among them.")]
    videos: _Count
    in_trash: InTrashMessage
    cost: Annotated[float | None, Meta(description="Of keeping all of it for a month; null where it is not known.")]
    by_tier: list[TierCostMessage]
    by_owner: Annotated[list[OwnerCostMessage], Meta(description="Whoever has most comes first.")]
    by_collection: Annotated[
        list[CollectionCostMessage],
        Meta(
            description="Collections with videos, the largest first. A video in several is counted in each, one in "
            "none in none; those in the trash of videos are counted too."
        ),
    ]
    by_month: Annotated[list[MonthCostMessage], Meta(description="The last twelve months at most, the newest last.")]
    currency: str
    region: Annotated[str, Meta(description="Whose prices are gone by.")]
    redundancy: str
    prices_of: Annotated[str | None, Meta(description="The day of the prices, list prices all; null without any.")]
    prices_source: str | None


def storage_message(shown: CostsShown, *, names: Mapping[str, str], titles: Mapping[str, str]) -> StorageMessage:
    """All that is known; `names` are what the accounts are called, `titles` what the collections are."""
    return StorageMessage(
        bytes=shown.total.size,
        videos=shown.total.videos,
        in_trash=InTrashMessage(videos=shown.in_trash[0], bytes=shown.in_trash[1]),
        cost=_rounded(shown.total.keeping),
        by_tier=[TierCostMessage(tier=tier, **_fields(each)) for tier, each in shown.tiers.items()],
        by_owner=[
            OwnerCostMessage(owner=owner, name=names.get(owner), **_fields(each))
            for owner, each in shown.owners.items()
        ],
        by_collection=[
            CollectionCostMessage(
                collection=id_, title=title, bytes=each.size, videos=each.videos, cost=_rounded(each.keeping)
            )
            for id_, title, each in collections_shown(shown, titles)
        ],
        by_month=[MonthCostMessage(month=month, **_fields(each)) for month, each in shown.months.items()],
        currency=shown.currency,
        region=shown.region,
        redundancy=shown.redundancy,
        prices_of=shown.prices.date if shown.prices else None,
        prices_source=shown.prices.source if shown.prices else None,
    )


def collections_shown(shown: CostsShown, titles: Mapping[str, str]) -> list[tuple[str, str, CollectionShare]]:
    """The collections that are there, with their titles: the largest first."""
    found = [(id_, titles[id_], each) for id_, each in shown.collections.items() if id_ in titles]
    return sorted(found, key=lambda each: (-each[2].size, each[1], each[0]))


def owner_names(*, by: Actor) -> dict[str, str]:
    """What accounts are called; what belongs to nobody is the system's."""
    return {SYSTEM.id: SYSTEM.name} | dict(services().accounts.people.owners(by=by))


def _fields(share: Share) -> dict[str, Any]:
    return {
        "bytes": share.size,
        "videos": share.videos,
        "cost": _rounded(share.keeping),
        "writes": share.use.writes,
        "reads": share.use.reads,
        "read_bytes": share.use.read_bytes,
        "use_cost": _rounded(share.using),
    }


def _rounded(cost: float | None) -> float | None:
    """To what a price list says anything about."""
    return None if cost is None else round(cost, 6)


_SHARE: dict[str, Any] = {
    "bytes": 62_000_000_000,
    "videos": 41,
    "cost": 1.131743,
    "writes": 8210,
    "reads": 12_044,
    "read_bytes": 91_000_000_000,
    "use_cost": 7.422871,
}
STORAGE = StorageMessage(
    bytes=62_000_000_000,
    videos=41,
    in_trash=InTrashMessage(bytes=1_200_000_000, videos=2),
    cost=1.131743,
    by_tier=[TierCostMessage(tier="hot", **_SHARE)],
    by_owner=[OwnerCostMessage(owner="5f2b9a", name="Amina", **_SHARE)],
    by_collection=[
        CollectionCostMessage(
            collection="7c1d0e9f8a2b4c6d5e3f1a0b", title="First steps", bytes=1_200_000_000, videos=2, cost=0.021905
        )
    ],
    by_month=[MonthCostMessage(month="2026-11", **_SHARE)],
    currency="USD",
    region="westeurope",
    redundancy="LRS",
    prices_of="2026-11-01",
    prices_source="https://prices.azure.com/api/retail/prices",
)
"""An example."""
