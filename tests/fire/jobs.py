"""Workers of jobs, their benches and the attempts themselves are killed while they work."""

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from scripts.postgres import find_postgres, running_postgres
from services.actors.actor import SYSTEM
from services.database.migrations import run as migrations
from services.jobs.job import State
from services.jobs.store import JobQuery, JobStore
from tests.fire.scenario import Figure, Result, Scenario
from tests.services.jobs.kinds import KINDS, store_at

ROOT = Path(__file__).resolve().parents[2]
_LEASE = 3.0
_PATIENCE = 600.0
_CLEANING = 30.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it."""

    jobs: int
    seconds: float
    """How long each job works."""
    workers: int
    every: float
    """Seconds between two kills."""
    with_postgresql: bool


@dataclass
class Storm:
    """Workers on one database, one process of which is killed again and again."""

    url: str
    workers: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    seen: dict[int, psutil.Process] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=lambda: {"worker": 0, "bench": 0, "attempt": 0})

    def keep_up(self) -> None:
        """Start as many workers as there are to be, and note every process they have."""
        self.processes = [process for process in self.processes if process.poll() is None]
        while len(self.processes) < self.workers:
            command = [sys.executable, "-m", "tests.services.jobs.kinds", "worker", self.url, str(_LEASE), "3"]
            self.processes.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL))
        for each in self._tree():
            self.seen.setdefault(each.pid, each)

    def strike(self, dice: random.Random) -> None:
        """Kill one of them."""
        kinds: dict[str, list[psutil.Process]] = {"worker": [], "bench": [], "attempt": []}
        starting = self._starting()
        # One that is still starting has nothing to lose.
        for each in [each for each in self._tree() if each.pid not in starting]:
            # It may end while it is looked at.
            with suppress(psutil.NoSuchProcess):
                kinds[_kind_of(each)].append(each)
        if not any(kinds.values()):
            return
        name = dice.choice([name for name, found in kinds.items() if found])
        with suppress(psutil.NoSuchProcess):
            dice.choice(kinds[name]).send_signal(signal.SIGKILL)
            self.kills[name] += 1

    def end(self) -> None:
        """Stop the workers as a deployment does."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)

    def orphans(self) -> list[psutil.Process]:
        """What still runs of all that there has been, once what cleans up had its time."""
        deadline = time.monotonic() + _CLEANING
        while (left := [each for each in self.seen.values() if _runs(each)]) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left

    def _starting(self) -> set[int]:
        """The workers that have no bench yet."""
        return {each.pid for each in self.processes if not psutil.Process(each.pid).children()}

    def _tree(self) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        for process in self.processes:
            try:
                worker = psutil.Process(process.pid)
                found += [worker, *worker.children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
        return [each for each in found if _runs(each)]


def run(plan: Plan, _azurite: str) -> Result:
    """Play it on each kind of database."""
    figures: list[Figure] = []
    broken: list[str] = []
    for kind in ["SQLite", *(["PostgreSQL"] if plan.with_postgresql and find_postgres() else [])]:
        with _database(kind) as (url, folder):
            result = _play(plan, url, folder)
        figures += [(f"{kind}: {what}", much) for what, much in result.figures]
        broken += [f"{kind}: {sentence}" for sentence in result.broken]
    return Result(figures=figures, broken=broken)


def _play(plan: Plan, url: str, folder: Path) -> Result:
    store, dice, began = store_at(url, lease_seconds=_LEASE), random.Random(7), time.monotonic()
    file = folder / "written"
    arguments = {"seconds": plan.seconds, "file": str(file)}

    def ask() -> set[str]:
        wishes = (str(number) for number in range(plan.jobs))
        return {store.add(KINDS["write"], by=SYSTEM, video=video, arguments=arguments).id for video in wishes}

    ids = ask()
    storm = Storm(url, plan.workers)
    next_kill = time.monotonic() + plan.every
    try:
        while _unfinished(store, ids) and time.monotonic() - began < _PATIENCE:
            storm.keep_up()
            if time.monotonic() > next_kill:
                storm.strike(dice)
                next_kill = time.monotonic() + plan.every
            time.sleep(0.05)
        took = time.monotonic() - began
        same = ask()
    finally:
        storm.end()
    orphans = storm.orphans()
    done = [store.get(job_id) for job_id in ids]
    # What counts is the attempt that could say that it was done: it must have written what it promised.
    written = set(file.read_text().split("\n"))
    kept = [job for job in done if job and job.state is State.DONE and f"{job.id} {job.attempts}" in written]
    attempts = sum(job.attempts for job in done if job)
    broken = []
    if len(kept) != plan.jobs:
        states = sorted(f"{job.state}: {job.error}" for job in done if job and job not in kept)
        broken.append(f"{plan.jobs - len(kept)} jobs were lost ({', '.join(states[:3])}).")
    if same != ids or len(store.page(JobQuery(limit=200)).jobs) != plan.jobs:
        broken.append("There are more jobs than were asked for.")
    if orphans:
        broken.append(f"{len(orphans)} processes outlived their workers.")
    figures = [
        ("workers, benches and attempts killed", " + ".join(map(str, storm.kills.values()))),
        ("jobs done, by their last attempt", f"{len(kept)} of {plan.jobs}"),
        ("attempts begun", str(attempts)),
        ("lost, doubled", f"{plan.jobs - len(kept)}, {len(same ^ ids)}"),
        ("processes left", str(len(orphans))),
        ("took", f"{took:.0f} s"),
    ]
    return Result(figures=figures, broken=broken)


def _unfinished(store: JobStore, ids: set[str]) -> bool:
    over = store.page(JobQuery(states=[State.QUEUED, State.RUNNING], limit=1)).jobs
    return bool(ids) and bool(over)


def _kind_of(process: psutil.Process) -> str:
    parent = process.parent()
    if "worker" in process.cmdline():
        return "worker"
    return "attempt" if parent is not None and "bench" in parent.cmdline() else "bench"


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def _database(kind: str) -> Iterator[tuple[str, Path]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reelgate-fire-")))
        url = f"sqlite:///{folder / 'reelgate.sqlite3'}"
        if kind == "PostgreSQL":
            url = stack.enter_context(running_postgres()).replace("postgresql://", "postgresql+psycopg://", 1)
        migrations.upgrade(url)
        yield url, folder


SCENARIO = Scenario(
    name="jobs",
    title="Workers of jobs that are killed",
    story=(
        "150 jobs of two seconds each, on SQLite and on PostgreSQL, and three workers that do three at once."
        " Every 4 seconds a worker, a bench or an attempt, at random, gets `kill -9`. Workers are started again;"
        " jobs whose worker is silent for three seconds are taken over. In the end each job has been done, by the"
        " attempt that says so, is there once although it was asked for twice, and no process is left."
    ),
    full=lambda azurite: run(Plan(jobs=150, seconds=2.0, workers=3, every=4.0, with_postgresql=True), azurite),
    short=lambda azurite: run(Plan(jobs=30, seconds=1.0, workers=2, every=3.0, with_postgresql=False), azurite),
)
