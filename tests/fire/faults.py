"""One in ten requests to storage fails, in five ways, while uploads go on."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial

from tests.fault_proxy import Fault, running_fault_proxy
from tests.fire.scenario import Figure, Result, Scenario
from tests.fire.senders import Film, Sender
from tests.fire.verdict import judge, tally, wait_until_listed
from tests.server import running_server
from utils.sizes import MIB

KINDS: tuple[Fault, ...] = ("503", "reset", "silence", "slow", "lost answer")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it."""

    uploads: int
    size: int
    at_once: int
    storage_seconds: float


class Dice:
    """Breaks a share of all requests to storage; the same sequence for the same seed."""

    def __init__(self, *, share: float, seed: int) -> None:
        self._share = share
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self.thrown: Counter[str] = Counter()

    def __call__(self, _method: str, _path: str) -> Fault | None:
        with self._lock:
            broken = self._chance.random() < self._share
            fault = self._chance.choice(KINDS) if broken else None
            self.thrown[fault or "none"] += 1
            return fault

    def told(self) -> Figure:
        """How many requests were broken, and how."""
        kinds = ", ".join(f"{self.thrown[kind]} {kind}" for kind in KINDS)
        return "requests to storage that failed", f"{self.broken} of {self.thrown.total()} ({kinds})"

    @property
    def broken(self) -> int:
        """How many requests were broken."""
        return self.thrown.total() - self.thrown["none"]


def run(plan: Plan, azurite: str) -> Result:
    """Upload through a proxy that breaks requests to storage."""
    dice = Dice(share=0.1, seed=8)
    with (
        running_fault_proxy(azurite) as proxy,
        running_server(
            proxy.connection_string,
            web_concurrency=2,
            upload_block_mb=4,
            storage_timeout_seconds=plan.storage_seconds,
        ) as server,
    ):
        proxy.choose = dice
        films = [Film(number, plan.size) for number in range(plan.uploads)]
        started = time.monotonic()
        outcomes = Sender([server.url]).send_all(films, at_once=plan.at_once)
        seconds = time.monotonic() - started
        proxy.choose = lambda _method, _path: None
        _, unlisted = wait_until_listed(server, outcomes)
        broken = judge(server, outcomes) + unlisted
    if not dice.broken:
        broken.append("The uploads were over before a request to storage had failed.")
    return Result(figures=[dice.told(), *tally(outcomes, broken, seconds=seconds)], broken=broken)


SCENARIO = Scenario(
    name="faults",
    title="Storage that fails one time in ten",
    story=(
        "200 uploads of 20 MiB, twelve at once, by form, PUT and tus in turn, into two workers. A proxy in front of"
        " storage breaks one request in ten: it answers 503, resets the connection, says nothing at all, answers late,"
        " or does as asked and loses the answer. Clients repeat what fails, as `curl --retry` and tus clients do."
    ),
    full=partial(run, Plan(uploads=200, size=20 * MIB, at_once=12, storage_seconds=30)),
    short=partial(run, Plan(uploads=9, size=2 * MIB, at_once=9, storage_seconds=4)),
)
