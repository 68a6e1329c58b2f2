"""What taking in a folder costs: `python -m benchmarks.migration`. Behind `make bench-migration`.

`ROUNDS` (5) and `FILES` (10,000) make it a quick look. Writes `docs/benchmarks-migration.md`.
"""

import os
import platform
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import local

import psutil
import requests

from benchmarks.rounds import Spread, in_turns, ratio
from scripts.azurite import running_azurite
from tests.server import ROOT, Server, running_server
from tests.videos import mp4
from utils.sizes import MIB

_ROUNDS = int(os.environ.get("ROUNDS", "5"))
_FILES = int(os.environ.get("FILES", "10000"))
_SIZE = 200_000
_CLIENTS = 8
_PAGE = Path(__file__).resolve().parent.parent / "docs/benchmarks-migration.md"
_TEXT = """# Benchmarks: migration

`make bench-migration` measures anew and writes this page; `make bench-migration ROUNDS=1 FILES=500` is a quick look.
Measured on {date}, {processors} × {machine}, load average {load:.1f} before it began, Azurite as the storage on the
same machine. {files} files of 200 kB in each round; medians of {rounds} rounds, with the lowest and the highest.

| what | measured | bar |
| --- | --- | --- |
| files a second by `flask --app app migrate` | {migrate} | |
| files a second by PUT, {clients} clients at once | {put} | |
| the first by the second, round by round | {ratio} | 0.8 |
| memory of the process that does it, after a quarter of the files | {quarter} MiB | |
| the most until its end, over that | {growth} MiB | |

- **The command** is counted from the begin of its job to the end, with what the job's process needs to start.
- Both are of one server with one worker process, in turns; nothing is made of the films meanwhile.
"""

_sessions = local()


def main() -> None:
    """Measure, and write the page."""
    load = os.getloadavg()[0]
    rates: dict[str, list[float]] = {"migrate": [], "put": []}
    quarters, growths = [], []
    with tempfile.TemporaryDirectory(prefix="reelgate-bench-") as name:
        folder = Path(name) / "films"
        folder.mkdir()
        with _server(Path(name), folder) as server:
            for number, way in enumerate(in_turns(("migrate", "put"), rounds=_ROUNDS)):
                files = _filled(folder, number)
                if way == "put":
                    rates["put"].append(_FILES / _put(server, files))
                else:
                    seconds, quarter, most = _migrate(server)
                    rates["migrate"].append(_FILES / seconds)
                    quarters.append(quarter / MIB)
                    growths.append((most - quarter) / MIB)
    page = _TEXT.format(
        date=f"{datetime.now(UTC):%d %B %Y}",
        processors=os.cpu_count(),
        machine=platform.machine(),
        load=load,
        files=f"{_FILES:,}",
        rounds=_ROUNDS,
        clients=_CLIENTS,
        migrate=Spread.of(rates["migrate"]).text(0),
        put=Spread.of(rates["put"]).text(0),
        ratio=ratio(rates["migrate"], rates["put"]).text(2),
        quarter=Spread.of(quarters).text(0),
        growth=Spread.of(growths).text(0),
    )
    _PAGE.write_text(page)
    print(page)


@contextmanager
def _server(scratch: Path, folder: Path) -> Iterator[Server]:
    with (
        running_azurite(location=scratch / "azurite") as azurite,
        running_server(azurite.connection_string, migration_dir=folder) as server,
    ):
        yield server


def _filled(folder: Path, number: int) -> list[Path]:
    """The folder with files that nobody has seen yet."""
    shutil.rmtree(folder)
    folder.mkdir()
    film, files = mp4(_SIZE - 16), []
    for index in range(_FILES):
        files.append(folder / f"{number}-{index:05}.mp4")
        files[-1].write_bytes(film + number.to_bytes(8, "big") + index.to_bytes(8, "big"))
    return files


def _put(server: Server, files: list[Path]) -> float:
    def send(file: Path) -> None:
        if not hasattr(_sessions, "session"):
            _sessions.session = requests.Session()
        address = f"{server.url}/api/upload/{file.name}"
        _sessions.session.put(address, data=file.read_bytes(), timeout=300).raise_for_status()

    began = time.monotonic()
    with ThreadPoolExecutor(_CLIENTS) as pool:
        list(pool.map(send, files))
    return time.monotonic() - began


def _migrate(server: Server) -> tuple[float, float, float]:
    """Seconds, and the memory of the process after a quarter of it and at the most."""
    command = ["flask", "--app", "app", "migrate"]
    memory: list[tuple[float, int]] = []
    with subprocess.Popen(
        command, cwd=ROOT, env=dict(server.environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        while running.poll() is None:
            memory.append((time.monotonic(), _largest(running.pid)))
            time.sleep(0.2)
    if running.returncode:
        raise RuntimeError(f"The command ended with {running.returncode}.")
    [job] = requests.get(f"{server.url}/api/jobs?kind=migration&limit=1", timeout=300).json()["jobs"]
    began, ended = (datetime.fromisoformat(job[name]) for name in ("started_at", "finished_at"))
    seconds = (ended - began).total_seconds()
    at = memory[-1][0] - 0.75 * seconds
    quarter = max((size for moment, size in memory if moment <= at), default=memory[0][1])
    return seconds, quarter, max(size for _, size in memory)


def _largest(pid: int) -> int:
    """The memory of the attempt: the youngest of the command's descendants."""
    sizes = [0]
    for process in psutil.Process(pid).children(recursive=True):
        try:
            if process.parent() is not None and "services.bench" in " ".join(process.cmdline()):
                sizes.append(process.memory_info().rss)
        except psutil.Error:
            continue
    return max(sizes)


if __name__ == "__main__":
    main()
