"""Measure what uploads cost: `make bench`, or `make bench ROUNDS=1 SIZE_MB=256` for a quick look."""

import os
import statistics
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from benchmarks.client import Client
from benchmarks.report import Figures, Memory, Report, write
from benchmarks.servers import OURS, ROOT, Contender, Server, running_contender, running_sink
from scripts.azurite import Azurite, running_azurite

_MIB = 1024 * 1024
_NO_CHECKSUM = {"UPLOAD_CHECKSUM": "none"}
_NAIVE, _FLOOR = "benchmarks.naive:create_app()", "benchmarks.floor:create_app()"
_PUT, _FORM = "PUT /api/upload/film.mp4", "POST /api/upload"

NAIVE = Contender(label="naive sample", application=_NAIVE, request=_FORM, tuned=False)
NAIVE_TUNED = Contender(label="naive, memory tuned", application=_NAIVE, request=_FORM)
FLOOR = Contender(label="floor", application=_FLOOR, request="PUT /forward")
DOORS = (
    Contender(label="form, no checksum", application=OURS, request=_FORM, settings=_NO_CHECKSUM),
    Contender(label="PUT, no checksum", application=OURS, request=_PUT, settings=_NO_CHECKSUM),
    Contender(label="form, SHA-256", application=OURS, request=_FORM),
    Contender(label="PUT, SHA-256", application=OURS, request=_PUT),
)


def main() -> None:
    """Measure all, print the report, and write it to `docs/benchmarks.md`."""
    rounds, size = int(os.environ.get("ROUNDS", "5")), int(os.environ.get("SIZE_MB", "1024")) * _MIB
    client, load = Client(), os.getloadavg()[0]
    with running_sink() as sink:
        into_sink = compare([NAIVE, NAIVE_TUNED, FLOOR, *DOORS], sink, client, rounds=rounds, size=size)
        memory = [measure_memory(contender, sink, client) for contender in DOORS[2:]]
    # Azurite writes what it gets to the disk: fewer rounds and shorter files are enough for the comparison.
    stored, few = min(size, 512 * _MIB), min(rounds, 2)
    with tempfile.TemporaryDirectory(prefix="reelgate-") as folder, running_azurite(location=Path(folder)) as azurite:
        into_azurite = compare([NAIVE, *DOORS], azurite, client, rounds=few, size=stored)
    report = Report(
        load=load, rounds=rounds, size=size, sink=into_sink, few=few, stored=stored, azurite=into_azurite, memory=memory
    )
    print(write(report, ROOT / "docs/benchmarks.md"))


def compare(
    contenders: Iterable[Contender], storage: Azurite, client: Client, *, rounds: int, size: int
) -> list[Figures]:
    """Run the contenders in turns, so that whatever else the machine does meets them all; medians over the rounds."""
    with ExitStack() as stack:
        servers = [stack.enter_context(running_contender(each, storage)) for each in contenders]
        for server in servers:
            client.upload(server.port, server.contender.request, size=4 * _MIB)
        taken: dict[Server, list[Figures]] = {server: [] for server in servers}
        for _ in range(rounds):
            for server, figures in taken.items():
                figures.append(_one_upload(server, client, size=size))
        return [_median(figures) for figures in taken.values()]


def measure_memory(contender: Contender, storage: Azurite, client: Client) -> Memory:
    """How much a fresh worker grows by a short upload, a long one and 64 at once."""
    grown = []
    for size, at_once in ((256 * _MIB, 1), (4096 * _MIB, 1), (64 * _MIB, 64)):
        with running_contender(contender, storage) as server, ThreadPoolExecutor(at_once) as pool:
            server.forget_peak()
            idle = server.resident_bytes
            done = [pool.submit(client.upload, server.port, contender.request, size=size) for _ in range(at_once)]
            for each in done:
                each.result()
            grown.append(server.peak_bytes - idle)
    return Memory(label=contender.label, idle=idle, short=grown[0], long=grown[1], many=grown[2])


def _one_upload(server: Server, client: Client, *, size: int) -> Figures:
    server.forget_peak()
    before = server.cpu_seconds
    sent = client.upload(server.port, server.contender.request, size=size)
    return Figures(
        label=server.contender.label,
        cpu_per_gib=(server.cpu_seconds - before) * 1024 * _MIB / size,
        mib_per_second=size / _MIB / sent.total,
        after_last_byte=sent.after_last_byte,
        peak=server.peak_bytes,
    )


def _median(figures: Sequence[Figures]) -> Figures:
    return Figures(
        label=figures[0].label,
        cpu_per_gib=statistics.median(each.cpu_per_gib for each in figures),
        mib_per_second=statistics.median(each.mib_per_second for each in figures),
        after_last_byte=statistics.median(each.after_last_byte for each in figures),
        peak=max(each.peak for each in figures),
    )


if __name__ == "__main__":
    main()
