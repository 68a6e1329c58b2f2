"""Collections of one process, put together."""

from dataclasses import dataclass

from config import Settings
from services.accounts.build import AccountsSlice
from services.audit.audit import Audit
from services.collections.collections import Collections
from services.collections.grouping import Grouping
from services.collections.store import CollectionStore
from services.database.trash import RowTrash
from services.library.build import LibrarySlice
from services.platform import Platform
from services.steps import Step

_HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class CollectionsSlice:
    """Collections, and which videos are in them."""

    collections: Collections
    grouping: Grouping
    trash: RowTrash

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for it."""
        return (
            Step(name="collections", every=_HOUR, run=lambda go: f"{self.trash.purge(go)} collections gone for good"),
        )


def build(
    platform: Platform, settings: Settings, library: LibrarySlice, accounts: AccountsSlice, audit: Audit
) -> CollectionsSlice:
    """The slice; opens no connection."""
    durable = platform.databases.durable
    store = CollectionStore(durable)
    accounts.credentials.know_shares(store.shares_of)
    collections = Collections(durable, store, people=accounts.people, credentials=accounts.credentials, audit=audit)
    return CollectionsSlice(
        collections=collections,
        grouping=Grouping(collections, library.videos, library.catalogue),
        trash=RowTrash(store, platform.databases.notes, days=settings.trash_days),
    )
