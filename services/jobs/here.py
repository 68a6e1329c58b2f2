"""One job done from a command: on a bench of this process, or watched where a worker was faster."""

import logging
import time
from collections.abc import Callable, Sequence

from services.database.errors import DatabaseUnavailableError
from services.jobs.job import Job
from services.jobs.running_attempts import BENCH, Attempts
from services.jobs.store import JobStore
from services.jobs.worker import worker_name

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.5
_AWAY_SECONDS = 5.0
_PATIENCE_SECONDS = 300.0


def do_here(
    store: JobStore,
    job_id: str,
    *,
    told: Callable[[Job], None],
    bench: Sequence[str] = BENCH,
    pause: float = _AWAY_SECONDS,
    patience: float = _PATIENCE_SECONDS,
) -> Job | None:
    """Do a job, and wait for its end; what it has come to is told now and then, and returned at last.

    None where the job is gone. Whoever interrupts it leaves the job to the next worker. A database that is away is
    asked again after so many seconds of `pause`; after `patience`, also in seconds, its error is raised.
    """
    attempts, name = Attempts(store, bench=bench), worker_name()
    seen_at = time.monotonic()
    try:
        while True:
            try:
                job = store.get(job_id)
                if job is not None and not job.state.is_over and not len(attempts):
                    claim = store.claim_one(job_id, worker=name)
                    if claim is not None:
                        attempts.begin(claim)
            except DatabaseUnavailableError as error:
                if time.monotonic() - seen_at >= patience:
                    raise
                log.warning("the job waits while the database is away: %s", error)
                attempts.wait(pause)
                continue
            seen_at = time.monotonic()
            if job is not None:
                told(job)
            if job is None or job.state.is_over:
                return job
            attempts.wait(_LOOK_SECONDS)
    finally:
        attempts.stop()
