"""Kinds of jobs for tests, and a bench and a worker that know them.

`python -m tests.services.jobs.kinds worker <database's URL> <lease's seconds> <at once>` is a worker,
`… bench <descriptor> <pid>` its bench.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil

from services.database import schema
from services.database.engine import Connections, Database
from services.jobs.bench import serve
from services.jobs.errors import BadInputError, NotYetError
from services.jobs.job import Lane, Results
from services.jobs.kinds import Kind, Kinds, Work
from services.jobs.running_attempts import Attempts
from services.jobs.store import JobStore
from services.jobs.worker import Worker
from utils.tied_command import tie_to

BENCH = (sys.executable, "-m", "tests.services.jobs.kinds", "bench")


def _echo(work: Work) -> Results:
    return [{"video": work.video, "attempt": work.attempt, "by": work.by.id, **work.arguments}]


def _fail(work: Work) -> None:
    if work.arguments.get("bad"):
        raise BadInputError("It is no video.")
    raise RuntimeError("secret details")


def _wait(work: Work) -> Results:
    """Waits for a file, and holds no worker meanwhile."""
    if not Path(work.arguments["file"]).exists():
        raise NotYetError("It is not there yet.", again_in=work.arguments["again_in"])
    return [{"attempt": work.attempt}]


def _die(_: Work) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_the_worker(_: Work) -> None:
    """As a file does that takes all memory of a machine."""
    bench = psutil.Process(os.getppid())
    worker = bench.ppid()
    os.kill(worker, signal.SIGKILL)
    time.sleep(600)


def _hang(work: Work) -> None:
    """Says that it has begun, and waits with a program of its own until it is stopped; then says that it cleaned up."""
    folder = Path(work.arguments["folder"])
    work.progress(0.25)
    program = subprocess.Popen(["sleep", "600"])
    try:
        (folder / f"begun-{work.attempt}").write_text(f"{os.getpid()} {program.pid}")
        program.wait()
    finally:
        (folder / f"cleaned-{work.attempt}").touch()


def _stubborn(work: Work) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    program = subprocess.Popen(["sleep", "600"])
    Path(work.arguments["folder"], f"begun-{work.attempt}").write_text(f"{os.getpid()} {program.pid}")
    program.wait()


def _write(work: Work) -> None:
    """Takes a while in small steps, then writes a line; whatever reads the file sees how often that was."""
    for step in range(10):
        work.progress(step / 10)
        time.sleep(work.arguments["seconds"] / 10)
    with Path(work.arguments["file"]).open("a") as file:
        file.write(f"{work.id} {work.attempt}\n")


_RUNS = {"echo": _echo, "fail": _fail, "die": _die, "hang": _hang, "stubborn": _stubborn, "write": _write}
_RUNS["kill-the-worker"] = _kill_the_worker
_RUNS["wait"] = _wait
KINDS = {name: Kind(name=name, lane=Lane.QUICK, recipe=1, run=run) for name, run in _RUNS.items()}
KINDS["brief"] = Kind(name="brief", lane=Lane.QUICK, recipe=1, run=_hang, longest=0.2)
UNKNOWN = Kind(name="unknown", lane=Lane.QUICK, recipe=1, run=_echo)


def store_at(url: str, *, lease_seconds: float = 30) -> JobStore:
    """The jobs of that database."""
    database = Database(Connections(url, precious=True, name="durable"), prepare=schema.check)
    return JobStore(database, lease_seconds=lease_seconds)


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    match sys.argv[1:]:
        case ["bench", descriptor, starter]:
            tie_to(int(starter))
            serve(socket.socket(fileno=int(descriptor)), Kinds(KINDS.values()))
        case ["worker", url, lease, at_once]:
            store = store_at(url, lease_seconds=float(lease))
            worker = Worker(store, Attempts(store, bench=BENCH), lanes=list(Lane), at_once=int(at_once))
            signal.signal(signal.SIGTERM, lambda *_: worker.stop())
            worker.run()


if __name__ == "__main__":
    main()
