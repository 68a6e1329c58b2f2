"""One job done from a command: on a bench of this process, or watched where a worker was faster."""

from collections.abc import Callable, Sequence

from services.jobs.job import Job
from services.jobs.running_attempts import BENCH, Attempts
from services.jobs.store import JobStore
from services.jobs.worker import worker_name

_LOOK_SECONDS = 0.5


def do_here(store: JobStore, job_id: str, *, told: Callable[[Job], None], bench: Sequence[str] = BENCH) -> Job | None:
    """Do a job, and wait for its end; what it has come to is told now and then, and returned at last.

    None where the job is gone. Whoever interrupts it leaves the job to the next worker.
    """
    attempts, name = Attempts(store, bench=bench), worker_name()
    try:
        while (job := store.get(job_id)) is not None:
            told(job)
            if job.state.is_over:
                break
            if not len(attempts) and (claim := store.claim_one(job_id, worker=name)) is not None:
                attempts.begin(claim)
            attempts.wait(_LOOK_SECONDS)
        return job
    finally:
        attempts.stop()
