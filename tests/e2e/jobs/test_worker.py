"""The worker beside the server: it begins with it, is started again when it dies, and ends with it, however that is."""

import os
import signal
from collections.abc import Callable

import psutil
import pytest

from services.actors.actor import SYSTEM
from services.jobs.job import State
from tests.server import Server, eventually, running_server
from tests.services.jobs.kinds import UNKNOWN, store_at


def workers(server: Server) -> list[psutil.Process]:
    """The worker's processes: what starts it, and itself."""
    return [each for each in psutil.Process(server.pid).children(recursive=True) if is_worker(each)]


def is_worker(process: psutil.Process) -> bool:
    try:
        return any(part.startswith("services.jobs") for part in process.cmdline())
    except psutil.NoSuchProcess:
        return False


def worker(server: Server) -> psutil.Process | None:
    found = [each for each in workers(server) if "services.jobs.process" in each.cmdline()]
    return found[0] if found else None


def is_ended(process: psutil.Process) -> Callable[[], bool]:
    return lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.walk
def test_it_takes_jobs_is_started_again_and_ends_with_the_server(azurite: str) -> None:
    with running_server(azurite, worker_concurrency=1) as server:
        store = store_at(f"sqlite:///{server.environment['DATA_DIR']}/reelgate.sqlite3")
        job = store.add(UNKNOWN, by=SYSTEM, video="film.mp4")
        # No version knows it: it is looked at, and left to another.
        eventually(lambda: store.get(job.id).attempts == 1, patience=60)  # type: ignore[union-attr]
        eventually(lambda: store.get(job.id).state is State.QUEUED)  # type: ignore[union-attr]
        first = worker(server)
        assert first is not None
        first.kill()
        eventually(lambda: worker(server) not in {None, first}, patience=60)
        assert "is started again" in server.log
        beside = workers(server)
        assert len(beside) == 2
    for process in beside:
        eventually(is_ended(process))


def test_it_does_not_outlive_a_server_that_is_killed(azurite: str) -> None:
    with running_server(azurite, worker_concurrency=1) as server:
        eventually(lambda: worker(server) is not None, patience=60)
        beside = workers(server)
        os.kill(server.pid, signal.SIGKILL)
        for process in beside:
            eventually(is_ended(process))


def test_an_instance_that_only_serves_has_none(azurite: str) -> None:
    with running_server(azurite, worker_concurrency=0) as server:
        assert workers(server) == []
