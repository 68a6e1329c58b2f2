"""How fast Azurite takes blocks, gigabyte by gigabyte, with the flags that it gets here and without them.

`python -m benchmarks.azurite` writes `docs/benchmarks-azurite.md`; it needs 20 GB of disk and three minutes.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psutil
from azure.storage.blob import ContainerClient

from scripts.azurite import HEALTHY, running_azurite
from scripts.node import find_node
from utils.sizes import MIB

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = 8 * MIB
_BLOCKS_A_GIB = 1024 * MIB // _BLOCK
_VERSION = "2025-11-05"
_GIBS = 8
_AT_ONCE = 2
_PAGE = """# Benchmarks of Azurite

Azurite shares the processors with what is measured against it, so its own state matters. After some gigabytes of
blocks V8 begins to collect the whole heap (`--trace-gc` shows it), and does not stop: the heap may grow by little until
the next full collection, and dead buffers count towards that. `scripts/azurite.py` therefore starts Node.js with
`{flags}`, for `make run`, the tests and the benchmarks alike.

Measured on {date} with `python -m benchmarks.azurite`, on {processors} processors, Node.js {node}:
blocks of {block} MiB, {at_once} at once, gigabyte by gigabyte, the two in turns.

| GiB | with the flag, MiB/s | CPU-s | without, MiB/s | CPU-s |
| ---: | ---: | ---: | ---: | ---: |
{rows}
"""


def main() -> None:
    """Measure both in turns, print the page and write it."""
    with (
        tempfile.TemporaryDirectory(prefix="reelgate-bench-") as folder,
        closing(_gibibytes(Path(folder, "healthy"), HEALTHY)) as healthy,
        closing(_gibibytes(Path(folder, "plain"), ())) as plain,
    ):
        pairs = [(next(healthy), next(plain)) for _ in range(_GIBS)]
    rows = [
        f"| {number} | {fast:.0f} | {fast_cpu:.1f} | {slow:.0f} | {slow_cpu:.1f} |"
        for number, ((fast, fast_cpu), (slow, slow_cpu)) in enumerate(pairs, 1)
    ]
    page = _PAGE.format(
        flags=" ".join(HEALTHY),
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        processors=os.cpu_count(),
        node=subprocess.check_output([find_node(ROOT).node, "--version"], text=True).strip(),
        block=_BLOCK // MIB,
        at_once=_AT_ONCE,
        rows="\n".join(rows),
    )
    (ROOT / "docs/benchmarks-azurite.md").write_text(page)
    print(page)


def _gibibytes(location: Path, v8: Sequence[str]) -> Generator[tuple[float, float], None, None]:
    """One gibibyte after the other: MiB/s, and the seconds of processor time that Azurite spent on it."""
    data, numbers = os.urandom(_BLOCK), count()
    with running_azurite(location=location, v8=v8) as azurite, ThreadPoolExecutor(_AT_ONCE) as pool:
        process = psutil.Process(azurite.pid)
        container = ContainerClient.from_connection_string(azurite.connection_string, "films", api_version=_VERSION)
        container.create_container()
        stage = container.get_blob_client("film").stage_block
        while True:
            before, started = sum(process.cpu_times()[:2]), time.monotonic()
            ids = [f"{next(numbers):08d}" for _ in range(_BLOCKS_A_GIB)]
            list(pool.map(stage, ids, [data] * _BLOCKS_A_GIB))
            yield 1024 / (time.monotonic() - started), sum(process.cpu_times()[:2]) - before


if __name__ == "__main__":
    main()
