"""Measure what it costs that storage checks each block: `make bench-checks`, with ROUNDS and SIZE_MB."""

import os
import statistics
from contextlib import ExitStack

from benchmarks.client import Client
from benchmarks.servers import OURS, Contender, Server, running_contender, running_sink
from utils.block_checks import BlockCheck
from utils.sizes import MIB

_REQUEST = "PUT /api/upload/film.mp4"


def main() -> None:
    """Upload by turns with each check, into storage that keeps nothing, and print medians and spreads."""
    rounds, size = int(os.environ.get("ROUNDS", "7")), int(os.environ.get("SIZE_MB", "512")) * MIB
    client = Client()
    with ExitStack() as stack:
        sink = stack.enter_context(running_sink())
        servers = [stack.enter_context(running_contender(_contender(check), sink)) for check in BlockCheck]
        for server in servers:
            client.upload(server.port, _REQUEST, size=4 * MIB)
        seconds: dict[Server, list[float]] = {server: [] for server in servers}
        rates: dict[Server, list[float]] = {server: [] for server in servers}
        for _ in range(rounds):
            for server in servers:
                before = server.cpu_seconds
                sent = client.upload(server.port, _REQUEST, size=size)
                seconds[server].append((server.cpu_seconds - before) * 1024 * MIB / size)
                rates[server].append(size / MIB / sent.total)
    print(f"{rounds} rounds of {size // MIB} MiB by PUT, with SHA-256, one worker; median (least to most):")
    for server in servers:
        print(
            f"UPLOAD_VERIFY={server.contender.label}: {_spread(seconds[server], '.2f')} CPU-seconds a GiB, "
            f"{_spread(rates[server], '.0f')} MiB/s"
        )


def _contender(check: BlockCheck) -> Contender:
    return Contender(label=check, application=OURS, request=_REQUEST, settings={"UPLOAD_VERIFY": check})


def _spread(values: list[float], form: str) -> str:
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


if __name__ == "__main__":
    main()
