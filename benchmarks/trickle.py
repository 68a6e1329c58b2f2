"""1,000 uploads that trickle at once on two workers: how health checks and the list answer, by each worker model.

`make bench-trickle`; CLIENTS=200 SECONDS=20 for a quick look.
"""

import asyncio
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from benchmarks.servers import OURS, Contender, Server, resident_bytes, running_contender
from scripts.azurite import running_azurite
from tests.videos import mp4

CLIENTS = int(os.environ.get("CLIENTS", "1000"))
SECONDS = int(os.environ.get("SECONDS", "60"))
_STEP = 1024
_PAUSE = 0.5
_ARRIVAL_SECONDS = 10.0
_PROBE_PAUSE = 0.05
_PROBE_PATIENCE = 10.0
_MIB = 1024 * 1024

_ROOM = {"WEB_CONCURRENCY": "2", "MAX_CONCURRENT_UPLOADS": str(CLIENTS + 24)}
CANDIDATES = (
    Contender(label="as configured", application=OURS, request="", settings=_ROOM),
    Contender(label="gthread", application=OURS, request="", settings=_ROOM, options=("-k", "gthread")),
    Contender(
        label="gthread, 100 threads",
        application=OURS,
        request="",
        settings=_ROOM,
        options=("-k", "gthread", "--threads", "100"),
    ),
    Contender(
        label="gevent",
        application=OURS,
        request="",
        settings=_ROOM,
        options=("-k", "gevent", "--worker-connections", "4000"),
    ),
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
        """So many seconds did that share of the answers take at most; a failure counts with all its waiting."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True)
class Result:
    """What was seen of one candidate."""

    label: str
    stored: int
    memory: list[int]
    probes: list[Probe]

    def row(self) -> str:
        """One line of the table."""
        cells = [self.label, f"{CLIENTS - self.stored} of {CLIENTS}"]
        cells += [f"{probe.quantile(0.5):.3f} / {probe.quantile(0.99):.3f} s" for probe in self.probes]
        cells += [str(sum(probe.failures for probe in self.probes))]
        cells += [f"{max(self.memory) / _MIB:.0f} MiB"]
        return f"| {' | '.join(cells)} |"


def main() -> int:
    """Measure each candidate, or the one that is named, and print a table."""
    chosen = [each for each in CANDIDATES if each.label in sys.argv[1:]] or CANDIDATES
    print(f"{CLIENTS} uploads of {SECONDS} s each, {_STEP / _PAUSE / 1024:g} KiB/s, on 2 workers\n")
    print("| workers | uploads lost | /health p50 / p99 | list p50 / p99 | without answer | memory of a worker |")
    print("| --- | --- | --- | --- | --- | --- |")
    for candidate in chosen:
        with running_azurite() as storage, running_contender(candidate, storage) as server:
            print(_measure(server).row(), flush=True)
    return 0


def _measure(server: Server) -> Result:
    probes = [Probe("/health"), Probe("/api/videos")]
    url = f"http://127.0.0.1:{server.port}"
    memory: list[int] = []
    with ProcessPoolExecutor(1) as pool, _asking(probes, url):
        uploads = pool.submit(_trickle_all, server.port)
        while not uploads.done():
            memory += [resident_bytes(worker) for worker in server.workers]
            time.sleep(1)
    return Result(server.contender.label, stored=uploads.result(), memory=memory, probes=probes)


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


if __name__ == "__main__":
    sys.exit(main())
