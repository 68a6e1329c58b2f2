"""Bulk actions, put together for one process."""

from dataclasses import dataclass

from services.artists.build import ArtistsSlice
from services.audit.build import AuditSlice
from services.bulk.actions import BulkActs
from services.bulk.bulk import BulkActions
from services.bulk.store import BulkStore
from services.bulk.working import BulkWork, Renew
from services.collections.build import CollectionsSlice
from services.jobs.build import JobsSlice
from services.jobs.store import JobStore
from services.library.build import LibrarySlice
from services.media.build import MediaSlice
from services.platform import Platform
from services.steps import Step
from services.tiers.build import TiersSlice

_HOUR, _TEN_MINUTES = 3600.0, 600.0


@dataclass(frozen=True, kw_only=True)
class BulkSlice:
    """What is done to many videos."""

    actions: BulkActions

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for it."""
        return (
            Step(name="bulk", every=_HOUR, run=self.actions.forget_old),
            Step(name="bulk-left", every=_TEN_MINUTES, run=self.actions.queue_left, quiet=True),
        )


def build(
    platform: Platform,
    library: LibrarySlice,
    jobs: JobsSlice,
    media: MediaSlice,
    tiers: TiersSlice,
    audit: AuditSlice,
    groups: tuple[ArtistsSlice, CollectionsSlice],
    *,
    renew: Renew,
) -> BulkSlice:
    """The slice; opens no connection. Its kind of work is known to the queue from here on.

    `renew` gives whoever has asked with the rights of the moment.
    """
    artists, collections = groups
    store = BulkStore(platform.databases.durable)
    work = BulkWork(
        store=store,
        actions=BulkActs(
            library.videos,
            media.processing,
            media.states,
            tiers.tiers,
            crediting=artists.crediting,
            grouping=collections.grouping,
        ),
        audit=audit.entries,
        renew=renew,
        is_over=lambda job: _is_over(jobs.store, job),
    )
    jobs.kinds.register(work.kind)
    actions = BulkActions(
        store,
        library.selection,
        work,
        artists=artists.crediting,
        collections=collections.grouping,
        jobs=jobs.jobs,
        job_store=jobs.store,
    )
    return BulkSlice(actions=actions)


def _is_over(store: JobStore, job: str) -> bool:
    found = store.these([job]).get(job)
    return found is None or found.state.is_over
