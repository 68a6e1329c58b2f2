"""Two Celery workers on a real Redis: through kill -9, a Redis that forgets, and an end that is asked for."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from redis import Redis

from scripts.redis_server import running_redis
from services.actors.actor import SYSTEM
from services.jobs.celery import Publisher
from services.jobs.job import State
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kinds
from services.jobs.store import JobQuery, JobStore
from services.jobs.wish import Wish
from tests.server import eventually
from tests.services.jobs.kinds import KINDS, store_at

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    """One kind of database is enough here: what differs is tried in the tests of the store."""
    return new_database(request.param)


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with running_redis() as url:
        yield url


Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start(redis: str, durable: object, database_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts a Celery worker of two processes."""
    environment = os.environ | {"TEST_BROKER_URL": redis, "TEST_JOBS_URL": database_url}
    command = [sys.executable, "-m", "celery", "-A", "tests.services.jobs.celery_worker", "worker", "-c", "2"]
    with ExitStack() as stack, (tmp_path / "celery.log").open("wb") as log:

        def run() -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [*command, "--loglevel", "INFO", "-n", f"test-{time.monotonic_ns()}", "--without-gossip"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            stack.callback(end, process)
            return process

        yield run


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        process.wait(timeout=60)


@pytest.fixture
def store(durable: object, database_url: str) -> JobStore:
    return store_at(database_url, lease_seconds=3)


def all_done(store: JobStore) -> bool:
    return all(job.state is State.DONE for job in store.page(JobQuery(limit=200)).jobs)


def test_no_job_is_lost_or_doubled_by_workers_that_are_killed_and_a_broker_that_forgets(
    store: JobStore, redis: str, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the broker forgets is sent again once its message would have expired: here, soon.
    monkeypatch.setattr("services.jobs.celery.EXPIRES_SECONDS", 10.0)
    publisher = Publisher(redis, store)
    jobs = Jobs(store, Kinds(KINDS.values()), announce=publisher.announce)
    file = tmp_path / "written"
    arguments = {"seconds": 0.3, "file": str(file)}
    ids = {jobs.add(Wish(kind=KINDS["write"], video=f"{n}", arguments=arguments), by=SYSTEM).id for n in range(24)}
    workers = [start(), start()]
    seen: dict[int, psutil.Process] = {}

    def done_at_least(count: int) -> Callable[[], bool]:
        def reached() -> bool:
            for worker in workers:
                if worker.poll() is None:
                    seen.update({each.pid: each for each in psutil.Process(worker.pid).children(recursive=True)})
            publisher.announce_missed()
            return len(store.page(JobQuery(states=[State.DONE], limit=200)).jobs) >= count

        return reached

    eventually(done_at_least(4), patience=120)
    os.kill(workers[0].pid, signal.SIGKILL)
    workers.append(start())
    eventually(done_at_least(10), patience=120)
    with Redis.from_url(redis) as client:
        client.flushall()
    eventually(done_at_least(24), patience=240)
    for worker in workers:
        end(worker) if worker.poll() is None else None
    found = store.page(JobQuery(limit=200)).jobs
    assert {job.id for job in found} == ids
    written = set(file.read_text().split("\n"))
    assert all(f"{job.id} {job.attempts}" in written for job in found)
    eventually(lambda: not any(map(is_alive, seen.values())), patience=60)


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_worker_that_is_asked_to_end_gives_its_job_back(
    store: JobStore, redis: str, start: Start, tmp_path: Path
) -> None:
    jobs = Jobs(store, Kinds(KINDS.values()), announce=Publisher(redis, store).announce)
    job = jobs.add(Wish(kind=KINDS["hang"], video="film", arguments={"folder": str(tmp_path)}), by=SYSTEM)
    worker = start()
    eventually(lambda: bool(list(tmp_path.glob("begun-*"))), patience=120)
    worker.terminate()
    worker.wait(timeout=60)
    left = store.get(job.id)
    assert left is not None
    assert (left.state, left.attempts, left.attempts_allowed) == (State.QUEUED, 1, 5)
    assert (tmp_path / "cleaned-1").exists()


def test_a_broker_that_is_away_costs_nobody_a_job(store: JobStore) -> None:
    publisher = Publisher("redis://127.0.0.1:9/0", store)
    job = Jobs(store, Kinds(KINDS.values()), announce=publisher.announce).add(
        Wish(kind=KINDS["echo"], video="film"), by=SYSTEM
    )
    assert job.state is State.QUEUED
    assert publisher.announce_missed() == 0
    assert [each.id for each in store.unpublished(older_than=600)] == [job.id]
