"""Jobs of one process, put together, and the worker, which stands on the database alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config import Settings, load_settings
from services.database.build import build as build_databases
from services.jobs.job import Lane
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kinds
from services.jobs.lanes import Lanes
from services.jobs.running_attempts import Attempts
from services.jobs.store import JobStore
from services.jobs.worker import Worker
from services.steps import KeepGoing, Step

if TYPE_CHECKING:
    # With it comes all that speaks to storage, which a worker that has nothing to do does not need in memory.
    from services.platform import Platform

_SOON, _MINUTE, _HOUR, _DAY = 10.0, 60.0, 3600.0, 24 * 3600.0
_KEPT_SECONDS = 30 * _DAY


@dataclass(frozen=True, kw_only=True)
class JobsSlice:
    """The queue, and the kinds of jobs that this version can do."""

    jobs: Jobs
    kinds: Kinds
    """Each slice registers its own when it is built."""
    store: JobStore
    lanes: Lanes
    announce_missed: Callable[[], int] | None = None
    """Tells workers elsewhere of jobs that wait and that they have not been told of."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """What housekeeping does for jobs."""
        steps = [
            Step(name="lost-jobs", every=_MINUTE, run=self._end_lost),
            Step(name="old-jobs", every=_HOUR, run=self._delete_old),
        ]
        if (announce := self.announce_missed) is not None:
            steps.append(Step(name="untold-jobs", every=_SOON, at_start=True, run=lambda _: f"{announce()} told of"))
        return tuple(steps)

    def _end_lost(self, _: KeepGoing) -> str:
        return f"{len(self.store.end_lost())} ended"

    def _delete_old(self, _: KeepGoing) -> str:
        return f"{self.store.delete_over(older_than=_KEPT_SECONDS)} forgotten"


def build(platform: "Platform", settings: Settings) -> JobsSlice:
    """The slice; opens no connection."""
    store, kinds = JobStore(platform.databases.durable), Kinds()
    here = map(Lane, settings.worker_lanes) if settings.effective_worker_concurrency else ()
    lanes = Lanes(store, kinds, here=tuple(here))
    if settings.celery_broker_url is None:
        return JobsSlice(jobs=Jobs(store, kinds, announce=lambda _: None), kinds=kinds, store=store, lanes=lanes)
    # With it comes all of Celery, which is wanted here alone.
    from services.jobs.celery import Publisher  # noqa: PLC0415

    publisher = Publisher(settings.celery_broker_url.reveal(), store)
    return JobsSlice(
        jobs=Jobs(store, kinds, announce=publisher.announce),
        kinds=kinds,
        store=store,
        lanes=lanes,
        announce_missed=publisher.announce_missed,
    )


def build_worker(settings: Settings) -> Worker:
    """The worker of a process of its own."""
    store = store_of(settings)
    lanes = [Lane(name) for name in settings.worker_lanes]
    return Worker(store, Attempts(store), lanes=lanes, at_once=settings.effective_worker_concurrency)


def store_of(settings: Settings) -> JobStore:
    """The jobs of the database that the settings name."""
    return JobStore(build_databases(settings).durable)


def from_environment() -> Settings:
    """The settings of a process that nobody hands any."""
    return load_settings()
