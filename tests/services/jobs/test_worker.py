"""A worker does its jobs in processes of their own, and whatever happens to these, the jobs go on or end in words."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import update

from services.actors.actor import SYSTEM
from services.database.engine import Database
from services.jobs.job import MOST_ATTEMPTS, MOST_SILENCES, SUSPECTED_AFTER, Job, Lane, State
from services.jobs.kinds import Kind
from services.jobs.running_attempts import Attempts
from services.jobs.store import JobStore
from services.jobs.tables import jobs
from services.jobs.worker import Worker
from tests.server import eventually
from tests.services.jobs.kinds import BENCH, KINDS, UNKNOWN, store_at

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """What differs between databases is tried in the tests of the store."""
    return new_database(request.param)


@pytest.fixture
def attempts(store: JobStore) -> Iterator[Attempts]:
    attempts = Attempts(store, bench=BENCH)
    yield attempts
    attempts.stop()


@pytest.fixture
def worker(store: JobStore, attempts: Attempts) -> Worker:
    return Worker(store, attempts, lanes=list(Lane), at_once=2)


def add(store: JobStore, kind: Kind, **arguments: object) -> Job:
    return store.add(kind, by=SYSTEM, video="film.mp4", arguments=arguments)


def work_until(worker: Worker, condition: Callable[[], bool]) -> None:
    def turned() -> bool:
        worker.turn()
        return condition()

    eventually(turned, patience=60)


def found(store: JobStore, job: Job) -> Job:
    newest = store.get(job.id)
    assert newest is not None
    return newest


def settled(store: JobStore, job: Job) -> bool:
    """Whether the first attempt is over."""
    newest = found(store, job)
    return newest.attempts > 0 and newest.state is not State.RUNNING


def processes(folder: Path) -> list[int]:
    return [int(pid) for pid in next(folder.glob("begun-*")).read_text().split()]


def test_a_job_is_done_and_its_results_are_kept(store: JobStore, worker: Worker) -> None:
    job = add(store, KINDS["echo"], size="größe")
    work_until(worker, lambda: settled(store, job))
    assert found(store, job).results == [{"video": "film.mp4", "attempt": 1, "by": "system", "size": "größe"}]


def test_bad_input_ends_a_job_and_a_fault_of_ours_is_tried_again_without_its_details(
    store: JobStore, worker: Worker
) -> None:
    bad, broken = add(store, KINDS["fail"], bad=True), add(store, KINDS["fail"])
    work_until(worker, lambda: settled(store, bad) and settled(store, broken))
    assert (found(store, bad).state, found(store, bad).error) == (State.FAILED, "It is no video.")
    assert found(store, broken).state is State.QUEUED
    assert "secret" not in str(found(store, broken).error)
    assert "RuntimeError" in str(found(store, broken).error)


def test_what_is_waited_for_holds_no_worker_and_counts_no_attempt(
    store: JobStore, worker: Worker, attempts: Attempts, tmp_path: Path
) -> None:
    file = tmp_path / "there"
    long, short = (add(store, KINDS["wait"], file=str(file), again_in=seconds) for seconds in (3600, 0.01))
    # More often than anything is tried that fails.
    work_until(worker, lambda: found(store, short).attempts > MOST_ATTEMPTS and settled(store, long))
    waiting = found(store, long)
    assert (waiting.state, waiting.attempts, waiting.error) == (State.QUEUED, 1, None)
    assert 3500 < (waiting.run_at - waiting.created_at).total_seconds() < 3700
    file.touch()
    work_until(worker, lambda: found(store, short).state is State.DONE)
    assert len(attempts) == 0
    assert found(store, long).state is State.QUEUED


def test_a_process_that_dies_makes_its_job_wait_and_costs_the_worker_nothing(store: JobStore, worker: Worker) -> None:
    dying = add(store, KINDS["die"])
    work_until(worker, lambda: settled(store, dying))
    silent = found(store, dying)
    assert silent.state is State.QUEUED
    assert silent.started_at is not None
    assert (silent.run_at - silent.started_at).total_seconds() > 10
    assert "without a word" in str(found(store, dying).error)
    job = add(store, KINDS["echo"])
    work_until(worker, lambda: settled(store, job))
    assert found(store, job).state is State.DONE


@pytest.mark.parametrize("kind", ["hang", "stubborn"])
def test_cancelling_reaches_what_runs_and_all_that_it_has_started(
    durable: object, database_url: str, tmp_path: Path, kind: str
) -> None:
    store = JobStore(durable, lease_seconds=1)  # type: ignore[arg-type]
    attempts = Attempts(store, bench=BENCH)
    worker = Worker(store, attempts, lanes=[Lane.QUICK], at_once=1)
    job = add(store, KINDS[kind], folder=str(tmp_path))
    work_until(worker, lambda: bool(list(tmp_path.glob("begun-*"))))
    pids = processes(tmp_path)
    store.cancel(job.id)
    work_until(worker, lambda: not any(map(psutil.pid_exists, pids)))
    assert found(store, job).state is State.CANCELLED
    assert (tmp_path / "cleaned-1").exists() == (kind == "hang")
    attempts.stop()


def test_a_worker_does_no_two_jobs_at_once_that_may_be_what_kills_it(
    durable: Database, store: JobStore, worker: Worker, attempts: Attempts, tmp_path: Path
) -> None:
    suspects = [add(store, KINDS["hang"], folder=str(tmp_path / name)) for name in ("one", "two")]
    with durable.writing() as connection:
        connection.execute(update(jobs).values(silences=SUSPECTED_AFTER))
    fresh = add(store, KINDS["echo"])
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    work_until(worker, lambda: settled(store, fresh))
    assert (len(attempts), attempts.has_suspect) == (1, True)
    states = {found(store, job).state for job in suspects}
    assert states == {State.RUNNING, State.QUEUED}


def test_what_takes_too_long_is_ended(store: JobStore, attempts: Attempts, worker: Worker, tmp_path: Path) -> None:
    job = add(store, KINDS["brief"], folder=str(tmp_path))
    claim = store.claim(Lane.QUICK, worker="a worker")
    assert claim is not None
    attempts.begin(claim)
    # Nobody looks at its limit before it has said what there is to end.
    eventually((tmp_path / "begun-1").exists, patience=60)
    work_until(worker, lambda: settled(store, job))
    assert "took longer" in str(found(store, job).error)
    eventually(lambda: not any(map(psutil.pid_exists, processes(tmp_path))))


def test_what_only_another_version_knows_is_left_to_it(store: JobStore, worker: Worker) -> None:
    unknown = add(store, UNKNOWN)
    newer = add(store, Kind(name="echo", lane=Lane.QUICK, recipe=2, run=UNKNOWN.run))
    work_until(worker, lambda: settled(store, unknown) and settled(store, newer))
    for job in (unknown, newer):
        left = found(store, job)
        assert (left.state, left.error, left.attempts_allowed) == (State.QUEUED, None, 5)
        assert left.run_at > left.created_at


def test_progress_is_told_and_a_stopped_worker_gives_its_jobs_back(
    store: JobStore, attempts: Attempts, worker: Worker, tmp_path: Path
) -> None:
    job = add(store, KINDS["hang"], folder=str(tmp_path))
    work_until(worker, lambda: found(store, job).progress == 0.25)
    work_until(worker, lambda: bool(list(tmp_path.glob("begun-*"))))
    attempts.stop()
    given_back = found(store, job)
    assert (given_back.state, given_back.attempts, given_back.attempts_allowed) == (State.QUEUED, 1, 5)
    assert (tmp_path / "cleaned-1").exists()
    eventually(lambda: not any(map(psutil.pid_exists, processes(tmp_path))))
    assert store.due([Lane.QUICK]) == (Lane.QUICK,)


def test_a_bench_that_was_killed_is_started_again(store: JobStore, worker: Worker, tmp_path: Path) -> None:
    job = add(store, KINDS["hang"], folder=str(tmp_path))
    work_until(worker, lambda: bool(list(tmp_path.glob("begun-*"))))
    pids = processes(tmp_path)
    attempt = psutil.Process(pids[0])
    attempt.parent().kill()  # type: ignore[union-attr]
    # It is begun anew at once, on another bench.
    work_until(worker, (tmp_path / "begun-2").exists)
    eventually(lambda: not any(map(psutil.pid_exists, pids)))
    begun = found(store, job)
    assert (begun.state, begun.attempts, begun.attempts_allowed, begun.silences) == (State.RUNNING, 2, 5, 1)
    store.cancel(job.id)
    another = add(store, KINDS["echo"])
    work_until(worker, lambda: settled(store, another))
    assert found(store, another).state is State.DONE


def test_what_kills_its_worker_ends_and_what_was_done_beside_it_is_done(
    durable: object, database_url: str, tmp_path: Path
) -> None:
    store = store_at(database_url, lease_seconds=1)
    poison = add(store, KINDS["kill-the-worker"])
    file = tmp_path / "written"
    beside = [
        store.add(KINDS["write"], by=SYSTEM, video=str(number), arguments={"seconds": 3, "file": str(file)})
        for number in range(3)
    ]
    command = [sys.executable, "-m", "tests.services.jobs.kinds", "worker", database_url, "1", "4"]
    worker = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)

    def all_over() -> bool:
        nonlocal worker
        if worker.poll() is not None:
            worker = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        store.end_lost()
        return all(found(store, job).state.is_over for job in [poison, *beside])

    try:
        eventually(all_over, patience=240)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    assert (found(store, poison).state, found(store, poison).silences) == (State.FAILED, MOST_SILENCES)
    assert [found(store, job).state for job in beside] == [State.DONE] * 3
