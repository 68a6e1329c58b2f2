"""1,000 uploads that trickle at once, then 3,000 half heads: how two workers of each model answer everybody else.

`make bench-trickle`; CLIENTS=200 SECONDS=20 for a quick look.
"""

import asyncio
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import requests

from benchmarks.servers import OURS, Contender, Server, resident_bytes, running_contender
from scripts.azurite import running_azurite
from tests.videos import mp4
from utils.sizes import MIB

CLIENTS = int(os.environ.get("CLIENTS", "1000"))
SECONDS = int(os.environ.get("SECONDS", "40"))
_STEP = 1024
_PAUSE = 0.5
_ARRIVAL_SECONDS = 10.0
_HALF_HEADS_SECONDS = 15.0
_HALF_A_HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
_PROBE_PAUSE = 0.05
_PROBE_PATIENCE = 10.0

_ROOM = {"WEB_CONCURRENCY": "2", "MAX_CONCURRENT_UPLOADS": str(CLIENTS + 24), "CLIENT_SHARE_PERCENT": "100"}


def _candidate(label: str, *options: str) -> Contender:
    return Contender(label=label, application=OURS, request="", settings=_ROOM, options=options)


CANDIDATES = (
    _candidate("PatientWorker (ours)"),
    _candidate("gthread", "-k", "gthread"),
    _candidate("gthread, 100 threads", "-k", "gthread", "--threads", "100"),
    _candidate("gevent", "-k", "gevent", "--worker-connections", "4000"),
)


@dataclass
class Probe:
    """What one address took to answer, again and again, and how often it did not."""

    path: str
    seconds: list[float] = field(default_factory=list)
    failures: int = 0

    def ask(self, url: str) -> None:
        """Ask once, over a connection of its own."""
        started = time.monotonic()
        try:
            requests.get(f"{url}{self.path}", timeout=_PROBE_PATIENCE).raise_for_status()
        except requests.RequestException:
            self.failures += 1
        self.seconds.append(time.monotonic() - started)

    def quantile(self, share: float) -> float:
        """Seconds that this share of the answers took at most; a failure counts with all its waiting."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was seen of one candidate."""

    label: str
    stored: int
    memory: int
    cpu_seconds: float
    trickling: list[Probe]
    half_heads: list[Probe]

    def row(self) -> str:
        """One line of the table."""
        cells = [self.label, f"{CLIENTS - self.stored} of {CLIENTS}"]
        cells += [f"{probe.quantile(0.5):.3f} / {probe.quantile(0.99):.3f} s" for probe in self.trickling]
        cells += [f"{self.memory / MIB:.0f} MiB", f"{self.cpu_seconds:.0f} s"]
        cells += [f"{probe.quantile(0.99):.3f} s, {probe.failures} failed" for probe in self.half_heads]
        return f"| {' | '.join(cells)} |"


def main() -> int:
    """Measure each candidate, or those that are named, and print a table."""
    chosen = [each for each in CANDIDATES if each.label in sys.argv[1:]] or CANDIDATES
    print(f"{CLIENTS} uploads of {SECONDS} s each, {_STEP / _PAUSE / 1024:g} KiB/s; {3 * CLIENTS} half heads\n")
    print(
        "| workers | uploads lost | `/health` p50 / p99 | list p50 / p99 | memory of a worker | processor "
        "| half heads: `/health` p99 |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for candidate in chosen:
        with running_azurite() as storage, running_contender(candidate, storage) as server:
            print(_measure(server).row(), flush=True)
    return 0


def _measure(server: Server) -> Result:
    trickling, half_heads = [Probe("/health"), Probe("/api/videos")], [Probe("/health")]
    url = f"http://127.0.0.1:{server.port}"
    memory, before = 0, server.cpu_seconds
    with ProcessPoolExecutor(1) as pool:
        with _asking(trickling, url):
            uploads = pool.submit(_trickle_all, server.port)
            while not uploads.done():
                memory = max(memory, *(resident_bytes(worker) for worker in server.workers))
                time.sleep(1)
        cpu_seconds = server.cpu_seconds - before
        heads = pool.submit(_hold_half_heads, server.port)
        with _asking(half_heads, url):
            heads.result()
    return Result(
        label=server.contender.label,
        stored=uploads.result(),
        memory=memory,
        cpu_seconds=cpu_seconds,
        trickling=trickling,
        half_heads=half_heads,
    )


@contextmanager
def _asking(probes: list[Probe], url: str) -> Iterator[None]:
    over = threading.Event()

    def ask(probe: Probe) -> None:
        while not over.wait(_PROBE_PAUSE):
            probe.ask(url)

    threads = [threading.Thread(target=ask, args=(probe,)) for probe in probes]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _trickle_all(port: int) -> int:
    """Upload all at once and return how many were stored."""
    return asyncio.run(_gather(port))


async def _gather(port: int) -> int:
    content = mp4(int(SECONDS / _PAUSE) * _STEP)
    delays = (index * _ARRIVAL_SECONDS / CLIENTS for index in range(CLIENTS))
    stored = await asyncio.gather(*(_trickle(port, content, delay=delay) for delay in delays))
    return sum(stored)


async def _trickle(port: int, content: bytes, *, delay: float) -> bool:
    await asyncio.sleep(delay)
    head = f"PUT /api/upload/film.mp4 HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(content)}\r\n\r\n"
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode())
        for start in range(0, len(content), _STEP):
            writer.write(content[start : start + _STEP])
            await writer.drain()
            await asyncio.sleep(_PAUSE)
        answer = await asyncio.wait_for(reader.readline(), timeout=120)
        writer.close()
    except OSError:
        return False
    return answer.startswith(b"HTTP/1.1 201")


def _hold_half_heads(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(3 * CLIENTS):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
            connection.sendall(_HALF_A_HEAD)
        time.sleep(_HALF_HEADS_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
