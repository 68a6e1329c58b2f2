"""One client that wants everything, in six ways, beside twenty who want a little each."""

import http.client
import itertools
import json
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

import requests

from tests.fire.crowds import Target, crowd
from tests.fire.scenario import Figure, Result, Scenario
from tests.fire.senders import Pulse
from tests.fire.verdict import unexpected
from tests.server import Server, eventually, in_flight, running_server
from tests.tus import TusClient
from tests.videos import mp4
from utils.sizes import MIB

_UPLOAD_MEMORY_MB = 64
_BESIDES_MB = 150
_LEAST_SHARE = 0.8
_ROUND_SECONDS = 2.0
_FILM = 256 * 1024
_LARGE_FILM = 12 * MIB
"""More than what the kernel takes for a player that takes nothing."""
_PIECE = 100_000
_TAIL = 60_000
_TOLD = {
    "naming": "pieces named 240 times in one request, 8 at once",
    "listing": "the longest lists of blocks, 20 at once",
    "refused": "refused uploads that go on sending, 3,200 sockets",
    "trickling": "uploads of 1 KiB/s, 64 at once",
    "reading": "players that take nothing, 320 at once",
    "editing": "edits whose body never comes, 80 at once",
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it."""

    crowds: Mapping[str, int]
    """How many there are of each kind."""
    honest: int
    seconds: float
    """How long the others work alone, and beside each crowd."""
    arrival: float
    """Seconds until a crowd is there: what its coming costs storage and the network is not what is asked here."""
    measured: bool
    """Whether it counts how much of their throughput they keep: not where others share the machine."""


@dataclass
class Tally:
    """What the honest ones have got done, and what it was like meanwhile."""

    rounds: int = 0
    refusals: int = 0
    memory: int = 0
    """Of the largest worker, at the most, in bytes."""
    health: list[float] = field(default_factory=list)
    silences: int = 0
    """How often `/health` did not answer in time."""


def run(plan: Plan, azurite: str) -> Result:
    """Let the honest ones work alone first, and then beside each crowd."""
    broken: list[str] = []
    with running_server(azurite, web_concurrency=2, upload_memory_mb=_UPLOAD_MEMORY_MB) as server:
        target = _target(server)
        films = set(server.blob_names())
        _work(server, plan)  # Everything is opened once.
        alone, beside = [_work(server, plan)], list[Tally]()
        for kind, size in plan.crowds.items():
            with crowd(kind, size=size, target=target):
                time.sleep(plan.arrival)
                beside.append(_work(server, plan))
            eventually(lambda: in_flight(server) == 0, patience=60)
            alone.append(_work(server, plan))
            broken += _judged(kind, beside[-1])
        kept = [
            each.rounds / max(1.0, statistics.mean((before.rounds, after.rounds)))
            for before, each, after in zip(alone, beside, alone[1:], strict=False)
        ]
        if plan.measured:
            broken += [
                f"{kind}: the others kept {share:.0%} of their throughput."
                for kind, share in zip(plan.crowds, kept, strict=True)
                if share < _LEAST_SHARE
            ]
        broken += [
            f"A piece has become {size} bytes."
            for name, size in _sizes(server).items()
            if name not in films and size > _LARGE_FILM
        ]
        broken += unexpected(server)
    return Result(figures=list(_told(plan, alone, beside, kept)), broken=broken)


def _target(server: Server) -> Target:
    video = requests.put(f"{server.url}/api/upload/film.mp4", data=mp4(_LARGE_FILM), timeout=60).json()
    tus = TusClient(server.url)
    finished = tus.begin(_PIECE, Upload_Concat="partial")
    tus.patch(finished, 0, mp4(_PIECE)).raise_for_status()
    unfinished = tus.begin(None, Upload_Concat="partial")
    tus.patch(unfinished, 0, bytes(_TAIL)).raise_for_status()
    return Target(
        port=server.port,
        content=video["links"]["content"],
        video=video["links"]["self"],
        unfinished=unfinished.rsplit("/", 1)[-1],
        finished=finished.rsplit("/", 1)[-1],
    )


def _work(server: Server, plan: Plan) -> Tally:
    tally = Tally()
    until = time.monotonic() + plan.seconds
    with (
        Pulse(partial(_measure, server, tally), every=0.2),
        Pulse(partial(_ask_for_health, server, tally), every=0.1),
        ThreadPoolExecutor(plan.honest) as pool,
    ):
        for rounds, refusals in pool.map(
            lambda number: _be_honest(server, number, until=until, late=not plan.measured), range(plan.honest)
        ):
            tally.rounds += rounds
            tally.refusals += refusals
    return tally


def _measure(server: Server, tally: Tally) -> None:
    tally.memory = max(tally.memory, *(worker.memory_info().rss for worker in server.workers))


def _ask_for_health(server: Server, tally: Tally) -> None:
    started = time.monotonic()
    try:
        requests.get(f"{server.url}/health", timeout=5).raise_for_status()
    except requests.RequestException:
        tally.silences += 1
    tally.health.append(time.monotonic() - started)


def _be_honest(server: Server, number: int, *, until: float, late: bool) -> tuple[int, int]:
    """Do a round every two seconds; how many were done in time (or `late`, where it counts), and how many broke off."""
    done = broken_off = 0
    film = mp4(_FILM, seed=number)
    for turn in itertools.count():
        began = time.monotonic()
        if began >= until:
            break
        if not _round(server, number, film=film, title=f"film {turn}"):
            broken_off += 1
        elif late or time.monotonic() < until:
            done += 1
        time.sleep(max(0.0, min(began + _ROUND_SECONDS, until) - time.monotonic()))  # Its pace is part of the story.
    return done, broken_off


def _round(server: Server, number: int, *, film: bytes, title: str) -> bool:
    """Upload, edit and watch a small film from an address of its own; returns whether all of it went well."""
    with suppress(OSError, http.client.HTTPException), _connection(server, number) as connection:
        video = json.loads(_asked(connection, "PUT", f"/api/upload/{number}.mp4", film))
        _asked(connection, "PATCH", video["links"]["self"], json.dumps({"title": title}).encode())
        return _asked(connection, "GET", video["links"]["content"]) == film
    return False


@contextmanager
def _connection(server: Server, number: int) -> Iterator[http.client.HTTPConnection]:
    address = (f"127.0.2.{number + 1}", 0)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30, source_address=address)
    with ExitStack() as stack:
        stack.callback(connection.close)
        yield connection


def _asked(connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> bytes:
    headers = {"Content-Type": "application/json"} if method == "PATCH" else {}
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 400:
        raise http.client.HTTPException(answer.status)
    return content


def _sizes(server: Server) -> dict[str, int]:
    with server.container() as container:
        return {blob.name: int(blob.size) for blob in container.list_blobs()}


def _judged(kind: str, tally: Tally) -> Iterator[str]:
    if tally.memory > (_UPLOAD_MEMORY_MB + _BESIDES_MB) * MIB:
        yield f"{kind}: a worker took {tally.memory // MIB} MiB."
    if tally.silences:
        yield f"{kind}: /health did not answer within five seconds, {tally.silences} times."
    if not tally.rounds:
        yield f"{kind}: nobody else got anything done."


def _told(plan: Plan, alone: Sequence[Tally], beside: Sequence[Tally], kept: Sequence[float]) -> Iterator[Figure]:
    yield "alone: rounds, each time", ", ".join(str(each.rounds) for each in alone)
    yield "alone", _meanwhile(alone)
    for kind, each, share in zip(plan.crowds, beside, kept, strict=True):
        yield _TOLD[kind], f"{share:.0%} of the rounds, {each.refusals} broken off; {_meanwhile([each])}"


def _meanwhile(tallies: Sequence[Tally]) -> str:
    seconds = [each for tally in tallies for each in tally.health]
    memory = max(tally.memory for tally in tallies) / MIB
    health = f"`/health` {statistics.median(seconds) * 1000:.0f} ms, at most {max(seconds) * 1000:.0f}"
    return f"{health}; largest worker {memory:.0f} MiB"


SCENARIO = Scenario(
    name="greedy",
    title="One client that wants everything",
    story=(
        "Twenty clients, each from an address of its own, upload a film of 256 KiB, change its title and play it,"
        " every two seconds, at two workers with `UPLOAD_MEMORY_MB=64`: twelve seconds alone, and twelve beside a"
        " crowd from one other address, in turn, for six kinds of crowds. The twenty have to get at least 80 % of"
        " what they get done alone; `/health` has to answer; no worker may take more than `UPLOAD_MEMORY_MB` and"
        " 150 MiB; and no request may make a video larger than what was sent."
    ),
    full=partial(
        run,
        Plan(
            crowds={"naming": 8, "listing": 20, "refused": 3200, "trickling": 64, "reading": 320, "editing": 80},
            honest=20,
            seconds=12,
            arrival=6,
            measured=True,
        ),
    ),
    short=partial(
        run,
        Plan(
            crowds={"naming": 8, "listing": 8, "refused": 400, "trickling": 64, "reading": 300, "editing": 80},
            honest=4,
            seconds=2,
            arrival=0.5,
            measured=False,
        ),
    ),
)
