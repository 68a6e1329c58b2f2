"""A hundred thousand requests that make no sense: each is answered soon, none by an error of the server's own."""

import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import requests

from tests.fire.nonsense import Generator, Nonsense, Target
from tests.fire.scenario import Result, Scenario
from tests.fire.verdict import unexpected
from tests.server import Server, running_server
from tests.tus import TusClient
from tests.videos import mp4
from tests.wire import connect
from utils.sizes import MIB

SEED = 1
_PATIENCE = 5.0
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it; memory is compared from the end of the warm-up on."""

    warm_up: int
    requests: int
    growth: int | None
    """So many bytes may a worker grow by after it; None to let it be."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back."""

    request: Nonsense
    statuses: tuple[int, ...]
    """Empty when the connection was closed without a word; several where one request was taken for more."""
    seconds: float
    hung: bool


def run(plan: Plan, azurite: str) -> Result:
    """Send nonsense."""
    with running_server(azurite, web_concurrency=2, upload_block_mb=1, max_upload_mb=2) as server:
        generator = Generator(_target(server), seed=SEED)
        broken: list[str] = []
        statuses: Counter[str] = Counter()
        slowest = 0.0
        memory = [_resident(server)]
        workers = {worker.pid for worker in server.workers}
        for first, count in ((0, plan.warm_up), (plan.warm_up, plan.requests - plan.warm_up)):
            for reply in _exchange_all(server, generator, range(first, first + count)):
                statuses.update([_class_of(reply)])
                slowest = max(slowest, reply.seconds)
                broken += _mistakes(reply)
            memory.append(_resident(server))
        if workers != {worker.pid for worker in server.workers}:
            broken.append("A worker was replaced.")
        broken += unexpected(server)
    growth = max(after - before for before, after in zip(memory[1], memory[2], strict=True))
    if plan.growth is not None and growth > plan.growth:
        broken.append(f"A worker has grown by {growth // MIB} MiB.")
    return Result(
        figures=[
            ("requests", f"{plan.requests:,}"),
            ("answered", ", ".join(f"{count:,} with {status}" for status, count in sorted(statuses.items()))),
            ("slowest answer", f"{slowest:.1f} s"),
            ("memory of a worker at the start, after the warm-up, at the end", _told(memory)),
            ("grown since the warm-up", f"{growth / MIB:.1f} MiB"),
        ],
        broken=broken,
    )


def _target(server: Server) -> Target:
    for number in range(3):
        answer = requests.put(f"{server.url}/api/upload/film.mp4", data=mp4(5000, seed=number), timeout=30)
        answer.raise_for_status()
    page = requests.get(f"{server.url}/api/videos", params={"limit": "1"}, timeout=30).json()
    [video] = page["videos"]
    upload = TusClient(server.url).begin(5000)
    return Target(video["id"], video["etag"], upload.rsplit("/", 1)[-1], page["next"])


def _exchange_all(server: Server, generator: Generator, numbers: range) -> Iterator[Reply]:
    with ThreadPoolExecutor(12) as pool:
        yield from pool.map(lambda number: exchange(server.port, generator.make(number)), numbers)


def exchange(port: int, request: Nonsense) -> Reply:
    """Send the request, say that nothing more will come, and read until the server closes."""
    started = time.monotonic()
    received, hung = b"", False
    with connect(port) as connection:
        connection.settimeout(_PATIENCE)
        try:
            with suppress(ConnectionError):  # It may close before it has seen everything.
                connection.sendall(request.raw)
                connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                received += chunk
        except ConnectionError:
            pass
        except TimeoutError:
            hung = True
        except OSError:
            pass  # The kernel may have taken the connection down before `shutdown`.
    statuses = tuple(int(status) for status in _STATUS.findall(received))
    return Reply(request=request, statuses=statuses, seconds=time.monotonic() - started, hung=hung)


def _class_of(reply: Reply) -> str:
    if not reply.statuses:
        return "nothing"
    return f"{reply.statuses[0] // 100}xx"


def _mistakes(reply: Reply) -> Iterator[str]:
    what = f"request {reply.request.number} ({reply.request.kind})"
    if reply.hung:
        yield f"{what} got no end of an answer within {_PATIENCE:.0f} s."
    if any(status >= 500 for status in reply.statuses):
        yield f"{what} was answered {reply.statuses}: {reply.request.raw[:200]!r}"


def _resident(server: Server) -> list[int]:
    return [worker.memory_info().rss for worker in sorted(server.workers, key=lambda worker: worker.pid)]


def _told(memory: list[list[int]]) -> str:
    return ", ".join(f"{max(each) / MIB:.0f} MiB" for each in memory)


SCENARIO = Scenario(
    name="hostile",
    title="A hundred thousand requests that make no sense",
    story=(
        "100,000 requests, made from a seed: malformed forms, file names, tus headers, ranges, cursors, JSON,"
        " addresses, header lines and garbage, a sixth of them cut off or damaged once more, each over a"
        " connection of its own, to two workers. None may be answered 5xx or wait five seconds, no worker may"
        " die, and after the first 20,000 none may grow by more than 8 MiB."
    ),
    full=partial(run, Plan(warm_up=20_000, requests=100_000, growth=8 * MIB)),
    short=partial(run, Plan(warm_up=200, requests=1500, growth=None)),
)
