"""A worker is killed every two seconds while resumable uploads go on."""

import random
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import psutil

from tests.fire.scenario import Result, Scenario
from tests.fire.senders import Film, Pulse, Sender
from tests.fire.verdict import judge, tally, wait_until_listed
from tests.server import Server, eventually, running_server
from utils.sizes import MIB

WORKERS = 2


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it."""

    uploads: int
    size: int
    at_once: int
    every: float
    """Seconds between two kills."""


class Killer:
    """Kills a worker at random, with a signal that nothing can catch."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._chance = random.Random(9)
        self.kills = 0

    def __call__(self) -> None:
        workers = sorted(self._server.workers, key=lambda worker: worker.pid)
        with suppress(psutil.NoSuchProcess):
            if workers:
                self._chance.choice(workers).kill()
                self.kills += 1


def run(plan: Plan, azurite: str) -> Result:
    """Upload while workers die."""
    with running_server(azurite, web_concurrency=WORKERS, upload_block_mb=4) as server:
        killer = Killer(server)
        films = [Film(number, plan.size) for number in range(plan.uploads)]
        started = time.monotonic()
        with Pulse(killer, every=plan.every):
            outcomes = Sender([server.url]).send_all(films, doors=["tus"], at_once=plan.at_once)
        seconds = time.monotonic() - started
        eventually(lambda: len(server.workers) == WORKERS)
        until_listed, unlisted = wait_until_listed(server, outcomes)
        broken = judge(server, outcomes) + unlisted
    if not killer.kills:
        broken.append("The uploads were over before a worker was killed.")
    figures = [
        ("workers killed", str(killer.kills)),
        *tally(outcomes, broken, seconds=seconds),
        ("from the last upload until the list was complete", f"{until_listed:.1f} s"),
    ]
    return Result(figures=figures, broken=broken)


SCENARIO = Scenario(
    name="kills",
    title="Workers that are killed",
    story=(
        "100 resumable uploads of 20 MiB, eight at once, into two workers. Every two seconds one of the two, at random,"
        " gets `kill -9`. What it was doing is cut in the middle, its clients ask how far they have got, and go on."
    ),
    full=partial(run, Plan(uploads=100, size=20 * MIB, at_once=8, every=2.0)),
    short=partial(run, Plan(uploads=10, size=32 * MIB, at_once=4, every=1.0)),
)
