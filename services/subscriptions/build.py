"""Subscriptions, put together for one process."""

from dataclasses import dataclass

from config import Settings
from services.actors.actor import SYSTEM
from services.audit.audit import Audit
from services.egress.guard import EgressGuard
from services.jobs.build import JobsSlice
from services.library.build import LibrarySlice
from services.platform import Platform
from services.sources.build import SourcesSlice
from services.steps import KeepGoing, Step
from services.subscriptions.looking import Looking
from services.subscriptions.store import SubscriptionStore
from services.subscriptions.subscriptions import Subscriptions

_OFTEN = 10.0


@dataclass(frozen=True, kw_only=True)
class SubscriptionsSlice:
    """What is looked at on a schedule."""

    subscriptions: Subscriptions

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for it: one instance at a time looks whose time has come."""

        def begin(go: KeepGoing) -> str:
            count = self.subscriptions.begin_due(go, by=SYSTEM)
            return f"{count} begun" if count else ""

        return (Step(name="subscriptions", every=_OFTEN, at_start=True, quiet=True, run=begin),)


def build(
    platform: Platform,
    settings: Settings,
    jobs: JobsSlice,
    library: LibrarySlice,
    sources: SourcesSlice,
    audit: Audit,
) -> SubscriptionsSlice:
    """The slice; opens no connection. Its kind of work is known to the queue from here on."""
    store = SubscriptionStore(platform.databases.durable)
    looking = Looking(
        store,
        discovery=sources.discovery,
        client=sources.client,
        wanted=sources.artists.wanted,
        library=library.videos,
    )
    jobs.kinds.register(looking.kind)
    subscriptions = Subscriptions(
        store,
        jobs.jobs,
        kind=looking.kind,
        guard=EgressGuard(settings.egress_allow_hosts),
        artists=sources.artists.artists,
        audit=audit,
    )
    return SubscriptionsSlice(subscriptions=subscriptions)
