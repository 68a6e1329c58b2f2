"""What the worker costs while it has nothing to do: `python -m benchmarks.jobs`. Behind `make bench-jobs`.

A server runs with its worker; after some seconds of rest, processor time and memory of the worker's processes are read
off over `SECONDS` (60), and the same once it has done a job and let go of its bench.
"""

import os
import time

import psutil

from scripts.azurite import running_azurite
from services.actors.actor import SYSTEM
from services.jobs.job import Lane
from services.jobs.kinds import Kind
from services.jobs.store import JobStore
from tests.e2e.jobs.test_worker import workers
from tests.server import Server, eventually, running_server
from tests.services.jobs.kinds import store_at

_SECONDS = float(os.environ.get("SECONDS", "60"))
_NOTHING = Kind(name="nothing", lane=Lane.QUICK, recipe=1, run=lambda _: None)


def main() -> None:
    """Print the figures."""
    with running_azurite() as azurite, running_server(azurite.connection_string, worker_concurrency=1) as server:
        eventually(lambda: len(workers(server)) == 2, patience=60)
        time.sleep(20)
        _measure("fresh", server)
        store = store_at(f"sqlite:///{server.environment['DATA_DIR']}/reelgate.sqlite3")
        print(f"first job begun after {_latency(store):.2f} s, the bench being started")
        print(f"another after {_latency(store, number=1):.2f} s")
        eventually(lambda: not _benches(server), patience=200)
        _measure("rested after work", server)


def _measure(label: str, server: Server) -> None:
    processes = workers(server)
    before, began = sum(map(_processor, processes)), time.monotonic()
    time.sleep(_SECONDS)
    share = (sum(map(_processor, processes)) - before) / (time.monotonic() - began)
    memory = [process.memory_full_info() for process in processes]
    resident, own = sum(each.rss for each in memory) / 2**20, sum(each.pss for each in memory) / 2**20
    print(f"{label}: {share:.2%} of a core, {resident:.0f} MiB resident ({own:.0f} MiB without what others share)")


def _latency(store: JobStore, number: int = 0) -> float:
    began = time.monotonic()
    job = store.add(_NOTHING, by=SYSTEM, video=f"{number}")
    eventually(lambda: store.get(job.id).attempts_allowed == 5, patience=60)  # type: ignore[union-attr]
    return time.monotonic() - began


def _processor(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:2])


def _benches(server: Server) -> list[psutil.Process]:
    tree = psutil.Process(server.pid).children(recursive=True)
    return [process for process in tree if "services.bench" in process.cmdline()]


if __name__ == "__main__":
    main()
