"""Storage goes away for half a minute while uploads are under way, once with a slam and once without a word."""

import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import requests

from tests.fault_proxy import Fault, running_fault_proxy
from tests.fire.scenario import Result, Scenario
from tests.fire.senders import Film, Pulse, Sender
from tests.fire.verdict import judge, tally, wait_until_listed
from tests.server import Server, eventually, running_server
from tests.tus import VERSION
from utils.sizes import MIB

AT_ONCE = 0.5
"""An answer within so many seconds is one that nobody has waited for."""
FEW_SECONDS = 10.0
MANNERS: tuple[tuple[Fault, str], ...] = (("reset", "refuses"), ("silence", "is silent"))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it, and how storage goes away each time."""

    manners: Sequence[tuple[Fault, str]]
    uploads: int
    size: int
    away: float
    storage_seconds: float
    judge_times: bool
    """Whether seconds count: not where other work may take the processors away."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One request that needs storage, and how it went."""

    at: float
    seconds: float
    status: int


@dataclass
class Prober:
    """Asks every quarter of a second for an upload that does not exist, and whether the process is alive."""

    server: Server
    pool: ThreadPoolExecutor
    slowest_health: float = 0.0
    _asked: list[Future[Probe]] = field(default_factory=list)

    def __call__(self) -> None:
        self._asked.append(self.pool.submit(self._ask))
        started = time.monotonic()
        requests.get(f"{self.server.url}/health", timeout=60).raise_for_status()
        self.slowest_health = max(self.slowest_health, time.monotonic() - started)

    def probes(self) -> list[Probe]:
        """All of them, once the last has been answered."""
        return sorted((each.result() for each in self._asked), key=lambda probe: probe.at)

    def _ask(self) -> Probe:
        started = time.monotonic()
        url = f"{self.server.url}/api/uploads/{uuid.uuid4().hex}"
        status = requests.head(url, headers=VERSION, timeout=120).status_code
        return Probe(at=started, seconds=time.monotonic() - started, status=status)


def run(plan: Plan, azurite: str) -> Result:
    """Take storage away, in both manners."""
    results = [_suffer(plan, azurite, fault, manner) for fault, manner in plan.manners]
    return Result(
        figures=[figure for result in results for figure in result.figures],
        broken=[sentence for result in results for sentence in result.broken],
    )


def _suffer(plan: Plan, azurite: str, fault: Fault, manner: str) -> Result:
    with (
        running_fault_proxy(azurite) as proxy,
        running_server(
            proxy.connection_string,
            web_concurrency=2,
            upload_block_mb=4,
            storage_timeout_seconds=plan.storage_seconds,
        ) as server,
        ThreadPoolExecutor(64) as pool,
    ):
        prober = Prober(server, pool)
        films = [Film(number, plan.size) for number in range(plan.uploads)]
        started = time.monotonic()
        with Pulse(prober, every=0.25):
            uploading = pool.submit(Sender([server.url]).send_all, films, at_once=plan.uploads)
            eventually(lambda: proxy.count("PUT", "comp=block&") >= plan.uploads)
            proxy.choose = lambda _method, _path: fault
            gone = time.monotonic()
            time.sleep(plan.away)
            proxy.choose = lambda _method, _path: None
            back = time.monotonic()
            outcomes = uploading.result()
        seconds = time.monotonic() - started
        _, unlisted = wait_until_listed(server, outcomes)
        broken = judge(server, outcomes) + unlisted
    timing = _Timing.of(prober.probes(), gone=gone, back=back)
    broken += timing.broken(judge_times=plan.judge_times)
    figures = [
        ("until requests were refused at once", f"{timing.until_refused:.1f} s"),
        ("of the requests after that, had to wait and try", f"{timing.tried} of {timing.asked}"),
        ("until requests were served again, once it was back", f"{timing.until_served:.1f} s"),
        ("slowest answer of `/health` all the time", f"{prober.slowest_health:.2f} s"),
        *tally(outcomes, broken, seconds=seconds),
    ]
    return Result(
        figures=[(f"storage {manner}: {what}", much) for what, much in figures],
        broken=[f"storage {manner}: {sentence}" for sentence in broken],
    )


@dataclass(frozen=True, kw_only=True)
class _Timing:
    """What the probes have met."""

    statuses: frozenset[int]
    until_refused: float
    asked: int
    tried: int
    until_served: float

    @staticmethod
    def of(probes: Sequence[Probe], *, gone: float, back: float) -> "_Timing":
        during = [probe for probe in probes if gone <= probe.at < back]
        refused = min((probe.at for probe in during if probe.status == 503 and probe.seconds <= AT_ONCE), default=back)
        after = [probe for probe in during if probe.at > refused]
        not_served = [probe.at for probe in probes if probe.at >= back and probe.status != 404]
        return _Timing(
            statuses=frozenset(probe.status for probe in probes),
            until_refused=refused - gone,
            asked=len(after),
            tried=sum(probe.seconds > AT_ONCE for probe in after),
            until_served=max(not_served, default=back) - back,
        )

    def broken(self, *, judge_times: bool) -> Iterator[str]:
        if self.statuses - {404, 503}:
            yield f"Requests were answered {sorted(self.statuses)}."
        if judge_times and max(self.until_refused, self.until_served) > FEW_SECONDS:
            yield f"It took more than {FEW_SECONDS:.0f} s to notice that storage had gone, or was back."


SCENARIO = Scenario(
    name="outage",
    title="Storage that is away for half a minute",
    story=(
        "12 uploads of 40 MiB by form, PUT and tus in turn, into two workers. When all are under way, storage is"
        " away for 30 seconds: first it resets every connection; in a second round it accepts requests and says"
        " nothing. Beside them somebody asks every quarter of a second for what only storage can answer, and for"
        " `/health`. Once the server has noticed, it refuses at once (503, within half a second), but for one"
        " request every five seconds in each worker, which tries."
    ),
    full=partial(run, Plan(manners=MANNERS, uploads=12, size=40 * MIB, away=30, storage_seconds=30, judge_times=True)),
    short=partial(
        run, Plan(manners=MANNERS[:1], uploads=3, size=5 * MIB, away=2, storage_seconds=4, judge_times=False)
    ),
)
