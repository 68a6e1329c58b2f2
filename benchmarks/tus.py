"""Measure resumable uploads against @tus/server with @tus/azure-store: `make bench-tus`.

`make bench-tus ROUNDS=1 SIZE_MB=128` is a quick look. Writes `docs/benchmarks-resumable.md`.
"""

import base64
import http.client
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from benchmarks.report import conditions
from benchmarks.rounds import Spread, in_turns, ratio
from scripts.azurite import Azurite, running_azurite
from scripts.node import find_node
from scripts.package import fresh_python
from scripts.processes import running
from utils.sizes import MIB

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / "benchmarks/peers"
CHUNKS = (8 * MIB, 32 * MIB, 64 * MIB)
_HUGE = 512 * MIB
_LARGE = 1024 * MIB
_PATIENCE = 30.0
_HEAD = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41"
_NAME = base64.b64encode(b"film.mp4").decode()


@dataclass(frozen=True)
class TusFigures:
    """What one upload cost."""

    cpu_per_gib: float
    mib_per_second: float
    peak: int


@dataclass(frozen=True)
class TusContender:
    """A running server, and the path of its uploads."""

    label: str
    port: int
    path: str
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """What its processes have used of the processors."""
        family = [self.process, *self.process.children(recursive=True)]
        return sum(sum(each.cpu_times()[:2]) for each in family)

    def resident(self) -> int:
        """What its largest process occupies of the memory."""
        family = [self.process, *self.process.children(recursive=True)]
        return max(each.memory_info().rss for each in family)


def main() -> None:
    """Measure, print the page and write it."""
    rounds, size = int(os.environ.get("ROUNDS", "5")), int(os.environ.get("SIZE_MB", "512")) * MIB
    with tempfile.TemporaryDirectory(prefix="reelgate-bench-") as folder:
        python = fresh_python(Path(folder, "venv"), ROOT / "requirements.txt")
        with (
            running_azurite(location=Path(folder, "one")) as azurite,
            running_peer(azurite) as peer,
            running_ours(azurite, python) as ours,
            running_ours(azurite, python, label="Reelgate without SHA-256", upload_checksum="none") as unhashed,
        ):
            contenders = (peer, ours, unhashed)
            for each in contenders:
                upload(each, film(8 * MIB), size=16 * MIB)
            measured = [(chunk, compare(contenders, chunk=chunk, size=size, rounds=rounds)) for chunk in CHUNKS]
            huge = [describe_huge(each) for each in (ours, peer)]
        shutil.rmtree(Path(folder, "one"))  # Many gigabytes.
        with running_azurite(location=Path(folder, "many")) as azurite, running_ours(azurite, python) as ours:
            idle = describe_idle(ours)
            many = measure_many(ours, size=_LARGE)
    table = [
        row(chunk, contender.label, figures, peer=compared[0])
        for chunk, compared in measured
        for contender, figures in zip(contenders, compared, strict=True)
    ]
    page = render(table, huge=huge, many=many, idle=idle, rounds=rounds, size=size)
    (ROOT / "docs").mkdir(exist_ok=True)
    (ROOT / "docs/benchmarks-resumable.md").write_text(page)
    print(page)


def compare(contenders: Sequence[TusContender], *, chunk: int, size: int, rounds: int) -> list[list[TusFigures]]:
    """Run them in turns, so that whatever else the machine does meets all of them; each one's rounds."""
    taken: dict[TusContender, list[TusFigures]] = {each: [] for each in contenders}
    for contender in in_turns(contenders, rounds=rounds):
        taken[contender].append(measure(contender, size=size, chunk=chunk))
    return list(taken.values())


def measure(contender: TusContender, *, size: int, chunk: int, at_once: int = 1) -> TusFigures:
    """What uploads of `size` bytes each cost the server."""
    patch = film(chunk)
    before, started = contender.cpu_seconds(), time.monotonic()
    with watched_memory(contender) as peak, ThreadPoolExecutor(at_once) as pool:
        for done in [pool.submit(upload, contender, patch, size=size) for _ in range(at_once)]:
            done.result()
    seconds, total = time.monotonic() - started, at_once * size
    cpu = contender.cpu_seconds() - before
    return TusFigures(cpu_per_gib=cpu * 1024 * MIB / total, mib_per_second=total / MIB / seconds, peak=peak[0])


def describe_huge(contender: TusContender) -> str:
    """How it bears a single PATCH that is larger than its memory ought to hold."""
    try:
        figures = measure(contender, size=_HUGE, chunk=_HUGE)
    except (OSError, http.client.HTTPException, RuntimeError, psutil.NoSuchProcess) as error:
        return f"{contender.label}: fails ({error})"
    return f"{contender.label}: {figures.mib_per_second:.0f} MiB/s, at most {figures.peak / MIB:.0f} MiB of memory"


def describe_idle(contender: TusContender) -> str:
    """What it occupies before the first upload: modules, and little else."""
    with closing(http.client.HTTPConnection("127.0.0.1", contender.port, timeout=_PATIENCE)) as connection:
        connection.request("GET", "/health")  # Until then it may have no worker.
        connection.getresponse().read()
    [worker] = contender.process.children()
    parent = contender.process.memory_info().rss / MIB
    return (
        f"Before the first upload gunicorn's parent, which imports all modules, has {parent:.0f} MiB, "
        f"its worker {worker.memory_info().rss / MIB:.0f}."
    )


def measure_many(contender: TusContender, *, size: int) -> str:
    """The memory of four uploads at once."""
    idle = contender.resident()
    figures = measure(contender, size=size, chunk=64 * MIB, at_once=4)
    grown = (figures.peak - idle) / MIB
    return (
        f"Four uploads of {size // MIB} MiB at once, in chunks of 64 MiB: {figures.mib_per_second:.0f} MiB/s in all; "
        f"the worker grows by {grown:.0f} MiB, to {figures.peak / MIB:.0f} MiB (UPLOAD_MEMORY_MB is 256)."
    )


def film(size: int) -> memoryview:
    """That many bytes, which begin like an MP4."""
    return memoryview(_HEAD + os.urandom(size - len(_HEAD)))


def upload(contender: TusContender, chunk: memoryview, *, size: int) -> None:
    """Send one file in PATCHes over one connection, each of them the same chunk."""
    connection = http.client.HTTPConnection("127.0.0.1", contender.port, timeout=300)
    created = _request(connection, "POST", contender.path, None, {"Upload-Length": str(size)})
    path = urlsplit(created or "").path
    for offset in range(0, size, len(chunk)):
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        _request(connection, "PATCH", path, chunk[: size - offset], headers)
    connection.close()


def _request(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: memoryview | None,
    headers: dict[str, str],
) -> str | None:
    own = {"Tus-Resumable": "1.0.0", "Upload-Metadata": f"filename {_NAME}"} | headers
    connection.request(method, path, body=body, headers=own)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} gave {answer.status}: {text[:200]!r}")
    return answer.getheader("Location")


@contextmanager
def watched_memory(contender: TusContender) -> Iterator[list[int]]:
    """The most that the contender has occupied so far, in a list of one; the kernel is asked ten times a second."""
    peak, over = [contender.resident()], threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            try:
                peak[0] = max(peak[0], contender.resident())
            except psutil.NoSuchProcess:
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


@contextmanager
def running_ours(azurite: Azurite, python: Path, *, label: str = "Reelgate", **settings: str) -> Iterator[TusContender]:
    """Reelgate with one worker, in an environment that has what a deployment has."""
    environment = {
        "PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "APP_ENV": "testing",
        "LOG_LEVEL": "INFO",
        "PORT": "0",
        "WEB_CONCURRENCY": "1",
        "AZURE_STORAGE_CONNECTION_STRING": azurite.connection_string,
    }
    environment |= {name.upper(): value for name, value in settings.items()}
    with (
        tempfile.TemporaryDirectory(prefix="reelgate-bench-") as folder,
        tempfile.TemporaryFile() as output,
        running(["bash", "startup.sh"], env=environment | {"DATA_DIR": folder}, cwd=ROOT, output=output) as process,
    ):
        port = _port(process, output.fileno(), rb"Listening at: http://[^\s:]+:(\d+)")
        yield TusContender(label, port, "/api/uploads", psutil.Process(process.pid))


@contextmanager
def running_peer(azurite: Azurite) -> Iterator[TusContender]:
    """@tus/server with @tus/azure-store."""
    node = find_node(ROOT)
    if not (PEERS / "node_modules").is_dir():
        subprocess.run([*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=PEERS, check=True)
    environment = os.environ | {"AZURE_STORAGE_CONNECTION_STRING": azurite.connection_string}
    with (
        tempfile.TemporaryFile() as output,
        running([str(node.node), "tus.js"], env=environment, cwd=PEERS, output=output) as process,
    ):
        port = _port(process, output.fileno(), rb"port (\d+)")
        yield TusContender("@tus/server", port, "/files", psutil.Process(process.pid))


def _port(process: subprocess.Popen[bytes], output: int, pattern: bytes) -> int:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if listening := re.search(pattern, os.pread(output, 64 * 1024, 0)):
            return int(listening[1])
        time.sleep(0.05)
    raise RuntimeError(f"A contender did not start: {os.pread(output, 64 * 1024, 0).decode(errors='replace')}")


def row(chunk: int, label: str, figures: Sequence[TusFigures], *, peer: Sequence[TusFigures]) -> str:
    """One line of the table."""
    cpu, theirs = ([each.cpu_per_gib for each in one] for one in (figures, peer))
    speed, their_speed = ([each.mib_per_second for each in one] for one in (figures, peer))
    peak, their_peak = (max(each.peak for each in one) for one in (figures, peer))
    cells = [
        f"{chunk // MIB} MiB",
        label,
        Spread.of(cpu).text(2),
        ratio(cpu, theirs).text(2),
        Spread.of(speed).text(0),
        ratio(speed, their_speed).text(2),
        f"{peak / MIB:.0f}",
        f"{peak / their_peak:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def render(table: Sequence[str], *, huge: Sequence[str], many: str, idle: str, rounds: int, size: int) -> str:
    """The page."""
    return "\n".join(
        [
            "# Benchmarks of resumable uploads",
            "",
            "Reelgate beside @tus/server with @tus/azure-store, on the same Azurite, in turns. `make bench-tus`",
            "measures anew and writes this page. Ratios travel from machine to machine, seconds do not.",
            "",
            f"Measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {conditions()}:",
            f"{size // MIB} MiB for each upload, medians of {rounds} rounds in turns, each begun by another one,",
            "with the lowest and the highest; ratios are made round by round. Of the peaks (resident memory of the",
            "largest process) the highest. The peer computes no checksum. Reelgate has the packages of a deployment",
            "and no others. Azurite shares the processors with those it serves",
            "([its own speed](benchmarks-azurite.md)).",
            "",
            "| chunk | | CPU-s per GiB | x peer | MiB/s | x peer | peak, MiB | x peer |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            *table,
            "",
            "Asked for: CPU at most 0.40, throughput at least 1.0, memory at most 0.5 times the peer's.",
            "",
            f"One PATCH of {_HUGE // MIB} MiB:",
            "",
            *(f"- {each}" for each in huge),
            "",
            many,
            "",
            idle,
            "",
        ]
    )


if __name__ == "__main__":
    main()
