"""Rules, put together for one process."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.actors.actor import SYSTEM
from services.audit.audit import Audit
from services.collections.build import CollectionsSlice
from services.costs.build import CostsSlice
from services.library.build import LibrarySlice
from services.platform import Platform
from services.rules.applying import Applying
from services.rules.exempt import Exemptions, Spared
from services.rules.matching import Matching
from services.rules.rules import Rules
from services.rules.store import RuleStore
from services.steps import Step
from services.tiers.build import TiersSlice
from services.watching.build import WatchingSlice

_HOUR = 3600.0


@dataclass(frozen=True, kw_only=True)
class RulesSlice:
    """What is done with videos by themselves."""

    rules: Rules

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for it."""
        return (Step(name="rules", every=_HOUR, run=lambda go: f"{self.rules.apply(by=SYSTEM, progress=go)} moved"),)


def build(
    platform: Platform,
    library: LibrarySlice,
    tiers: TiersSlice,
    watching: WatchingSlice,
    costs: CostsSlice,
    collections: CollectionsSlice,
    audit: Audit,
    *,
    spared: Sequence[Spared] = (),
) -> RulesSlice:
    """The slice; opens no connection. `spared` say which videos no rule may touch."""
    databases = platform.databases
    exemptions = Exemptions(watching.watching, spared)
    matching = Matching(
        library.catalogue,
        watching.watching,
        exemptions,
        collections=collections.collections,
        now=databases.notes.clock,
    )
    store = RuleStore(databases.durable)
    applying = Applying(store, matching, databases.notes, library=library.videos, tiers=tiers.tiers, audit=audit)
    rules = Rules(
        databases.durable,
        store,
        matching,
        applying,
        prices=costs.prices,
        audit=audit,
        container=platform.videos,
        has_homes=lambda: platform.containers.has_homes or bool(library.catalogue.homes()),
    )
    return RulesSlice(rules=rules)
