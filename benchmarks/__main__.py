"""Measure what uploads cost: `make bench`, or `make bench ROUNDS=1 SIZE_MB=256` for a quick look."""

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from benchmarks.client import Client
from benchmarks.report import Figures, Memory, Report, write
from benchmarks.rounds import in_turns
from benchmarks.servers import OURS, ROOT, Contender, Server, running_contender, running_sink
from scripts.azurite import Azurite, running_azurite
from scripts.certificates import write_certificate
from utils.sizes import MIB

_NO_CHECKSUM = {"UPLOAD_CHECKSUM": "none"}
_NAIVE, _FLOOR = "benchmarks.naive:create_app()", "benchmarks.floor:create_app()"
_PUT, _FORM = "PUT /api/upload/film.mp4", "POST /api/upload"

NAIVE = Contender(label="naive sample", application=_NAIVE, request=_FORM)
NAIVE_PLAIN = Contender(label="naive, plain gunicorn", application=_NAIVE, request=_FORM, tuned=False)
FLOOR = Contender(label="floor", application=_FLOOR, request="PUT /forward")
DOORS = (
    Contender(label="form, no checksum", application=OURS, request=_FORM, settings=_NO_CHECKSUM),
    Contender(label="PUT, no checksum", application=OURS, request=_PUT, settings=_NO_CHECKSUM),
    Contender(label="form, SHA-256", application=OURS, request=_FORM),
    Contender(label="PUT, SHA-256", application=OURS, request=_PUT),
)
Pair = tuple[Contender, Azurite]


def main() -> None:
    """Measure all, print the report, and write it to `docs/benchmarks.md`."""
    rounds, size = int(os.environ.get("ROUNDS", "5")), int(os.environ.get("SIZE_MB", "1024")) * MIB
    client, load = Client(), os.getloadavg()[0]
    # Azurite writes what it gets to the disk: shorter files are enough for the comparison.
    stored = min(size, 256 * MIB)
    with tempfile.TemporaryDirectory(prefix="reelgate-") as folder:
        certificate = write_certificate(Path(folder, "storage.pem"))
        with running_sink() as sink, running_sink(certificate=certificate) as secure:
            pairs = [(each, sink) for each in (NAIVE, NAIVE_PLAIN, FLOOR, *DOORS)]
            pairs += [(by_tls(each, certificate), secure) for each in (NAIVE, FLOOR, *DOORS)]
            into_sink = compare(pairs, client, rounds=rounds, size=size)
            memory = [measure_memory(contender, sink, client) for contender in DOORS[2:]]
        with (
            running_azurite(location=Path(folder, "plain")) as azurite,
            running_azurite(location=Path(folder, "tls"), certificate=certificate) as secure,
        ):
            pairs = [(each, azurite) for each in (NAIVE, *DOORS)]
            pairs += [(by_tls(each, certificate), secure) for each in (NAIVE, *DOORS)]
            into_azurite = compare(pairs, client, rounds=rounds, size=stored)
    report = Report(
        load=load, rounds=rounds, size=size, sink=into_sink, stored=stored, azurite=into_azurite, memory=memory
    )
    print(write(report, ROOT / "docs/benchmarks.md"))


def by_tls(contender: Contender, certificate: Path) -> Contender:
    """The same, trusting a storage account that has this certificate."""
    settings = {**contender.settings, "REQUESTS_CA_BUNDLE": str(certificate)}
    return replace(contender, label=f"{contender.label}, TLS", settings=settings)


def compare(pairs: Sequence[Pair], client: Client, *, rounds: int, size: int) -> dict[str, list[Figures]]:
    """Run the contenders in turns, so that whatever else the machine does meets them all; each one's rounds."""
    with ExitStack() as stack:
        servers = [stack.enter_context(running_contender(*pair)) for pair in pairs]
        for server in servers:
            client.upload(server.port, server.contender.request, size=4 * MIB)
        taken: dict[str, list[Figures]] = {server.contender.label: [] for server in servers}
        for server in in_turns(servers, rounds=rounds):
            taken[server.contender.label].append(_one_upload(server, client, size=size))
        return taken


def measure_memory(contender: Contender, storage: Azurite, client: Client) -> Memory:
    """How much a fresh worker grows by a short upload, a long one and 64 at once."""
    grown = []
    for size, at_once in ((256 * MIB, 1), (4096 * MIB, 1), (64 * MIB, 64)):
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
        cpu_per_gib=(server.cpu_seconds - before) * 1024 * MIB / size,
        mib_per_second=size / MIB / sent.total,
        after_last_byte=sent.after_last_byte,
        peak=server.peak_bytes,
    )


if __name__ == "__main__":
    main()
