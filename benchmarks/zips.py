"""What several films as one ZIP file cost: `python -m benchmarks.zips`. Behind `make bench-zips`.

It writes `docs/benchmarks-zips.md`. `ROUNDS` (5) and `ZIP_MB` (4096) make it a quick look.
"""

import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import requests

from benchmarks.rounds import Spread, in_turns, ratio
from benchmarks.servers import OURS, Contender, Server, running_contender
from scripts.azurite import running_azurite
from tests.videos import mp4
from utils.sizes import MIB

_ROUNDS = int(os.environ.get("ROUNDS", "5"))
_ZIP_MB = int(os.environ.get("ZIP_MB", "4096"))
_FILMS = 4
_STEP = MIB
_PAGE = Path(__file__).resolve().parent.parent / "docs/benchmarks-zips.md"
_TEXT = """# Benchmarks: several films as one ZIP file

`make bench-zips` measures anew and writes this page; `make bench-zips ROUNDS=1 ZIP_MB=256` is a quick look.
Measured on {date}, {processors} × {machine}, load average {load:.1f} before it began, {films} films of {size} MiB
together, one worker, Azurite as the storage on the same machine. Medians of {rounds} rounds in turns, with the lowest
and the highest.

| what | MiB a second | processor seconds per GiB |
| --- | --- | --- |
| the films, one after the other, as players get them | {playing_speed} | {playing_cost} |
| all of them as one ZIP file | {zip_speed} | {zip_cost} |

A ZIP file comes at {speed} × the speed of its films (bar: 0.8), for {cost} × the processor time; it needs a checksum of
every byte. While it is sent the worker's memory grows by {growth} MiB at the most (bar: 16).
"""


def main() -> None:
    """Measure, and write the page."""
    load = os.getloadavg()[0]
    contender = Contender(
        label="Reelgate", application=OURS, request="", settings={"WORKER_CONCURRENCY": "0", "AUTH_MODE": "none"}
    )
    with (
        tempfile.TemporaryDirectory(prefix="reelgate-bench-") as folder,
        running_azurite(location=Path(folder)) as azurite,
        running_contender(contender, azurite) as server,
    ):
        ids = [_stored(server, number) for number in range(_FILMS)]
        ways: dict[str, Callable[[], int]] = {"playing": lambda: _play(server, ids), "zip": lambda: _zip(server, ids)}
        for way in ways.values():
            way()  # What comes first brings things that stay.
        speeds: dict[str, list[float]] = {name: [] for name in ways}
        costs: dict[str, list[float]] = {name: [] for name in ways}
        growth = []
        for name in in_turns(list(ways), rounds=_ROUNDS):
            idle = server.resident_bytes
            server.forget_peak()
            speed, cost = _measured(server, ways[name])
            speeds[name].append(speed)
            costs[name].append(cost)
            if name == "zip":
                growth.append((server.peak_bytes - idle) / MIB)
    page = _TEXT.format(
        date=f"{datetime.now(UTC):%d %B %Y}",
        processors=os.cpu_count(),
        machine=platform.machine(),
        load=load,
        films=_FILMS,
        size=_ZIP_MB,
        rounds=_ROUNDS,
        speed=ratio(speeds["zip"], speeds["playing"]).text(2),
        cost=ratio(costs["zip"], costs["playing"]).text(2),
        growth=f"{max(growth):.1f}",
        **{f"{name}_speed": Spread.of(values).text(0) for name, values in speeds.items()},
        **{f"{name}_cost": Spread.of(values).text(2) for name, values in costs.items()},
    )
    _PAGE.write_text(page)
    print(page)


def _measured(server: Server, way: Callable[[], int]) -> tuple[float, float]:
    used, began = server.cpu_seconds, time.monotonic()
    count = way()
    took = time.monotonic() - began
    return count / MIB / took, (server.cpu_seconds - used) * 1024 * MIB / count


def _stored(server: Server, number: int) -> str:
    url = f"http://127.0.0.1:{server.port}/api/upload/film-{number}.mp4?processing=none"
    answer = requests.put(url, data=_film(_ZIP_MB * MIB // _FILMS), timeout=600)
    answer.raise_for_status()
    return str(answer.json()["id"])


def _film(size: int) -> Iterator[bytes]:
    yield mp4(_STEP)
    noise = os.urandom(_STEP)
    for _ in range(size // _STEP - 1):
        yield noise


def _play(server: Server, ids: list[str]) -> int:
    return sum(_read(f"http://127.0.0.1:{server.port}/api/videos/{id_}/content") for id_ in ids)


def _zip(server: Server, ids: list[str]) -> int:
    return _read(f"http://127.0.0.1:{server.port}/api/zip?{'&'.join(f'id={id_}' for id_ in ids)}")


def _read(url: str) -> int:
    with requests.get(url, stream=True, timeout=600) as answer:
        answer.raise_for_status()
        return sum(len(step) for step in answer.iter_content(_STEP))


if __name__ == "__main__":
    main()
