"""Tiers, put together for one process."""

from dataclasses import dataclass

from services.jobs.build import JobsSlice
from services.library.build import LibrarySlice
from services.platform import Platform
from services.tiers.returning import ReturnWork
from services.tiers.tiers import Tiers


@dataclass(frozen=True, kw_only=True)
class TiersSlice:
    """How near storage keeps videos."""

    tiers: Tiers


def build(platform: Platform, library: LibrarySlice, jobs: JobsSlice) -> TiersSlice:
    """The slice; opens no connection. Its kind of work is known to the queue from here on."""
    tiers = Tiers(
        library.videos,
        library.catalogue,
        platform.video_blobs(),
        jobs.jobs,
        store=jobs.store,
        events=platform.events,
        kind=lambda: work.kind,
    )
    work = ReturnWork(library.videos, tiers)
    jobs.kinds.register(work.kind)
    return TiersSlice(tiers=tiers)
