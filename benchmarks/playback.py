"""What playing costs: `python -m benchmarks.playback`, or `make bench-playback`.

Processor time of the worker for each GiB played, beside the SDK's `download_blob().chunks()` under the same gunicorn;
the first byte of a 10 GiB blob near its end (a page blob, of which storage keeps only what was written: nothing); and
`/health` while 200 players read 5 Mbit/s each.
"""

import asyncio
import http.client
import os
import random
import socket
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from azure.storage.blob import ContainerClient

from scripts.azurite import running_azurite
from scripts.processes import running
from utils.metadata import VideoMetadata
from utils.timestamps import parse_timestamp

ROOT = Path(__file__).resolve().parent.parent
MIB, GIB = 1024**2, 1024**3
_FILM = "film.mp4"
_LONG = "long.mp4"
_PLAYERS, _BYTES_A_SECOND, _SECONDS = 200, 5_000_000 // 8, 15


def main() -> None:
    """Print the figures, in Markdown."""
    container = f"videos-{uuid.uuid4().hex[:8]}"
    with running_azurite() as azurite:
        _fill(azurite.connection_string, container)
        storage = {"connection": azurite.connection_string, "container": container}
        with _gunicorn("app:create_app()", workers=1, **storage) as ours:
            with _gunicorn("benchmarks.naive_playback:app", workers=1, **storage) as naive:
                _compare(ours, naive)
            _first_bytes(ours)
        with _gunicorn("app:create_app()", workers=2, **storage) as ours:
            asyncio.run(_crowd(ours))


class _Server:
    def __init__(self, port: int, pid: int) -> None:
        self.port = port
        self._parent = psutil.Process(pid)

    @property
    def cpu(self) -> float:
        return sum(sum(worker.cpu_times()[:2]) for worker in self._parent.children())

    @property
    def memory(self) -> int:
        return sum(worker.memory_info().rss for worker in self._parent.children()) // MIB

    def play(self, path: str, *, asked: str | None = None) -> tuple[int, float]:
        """Read it all; returns the bytes and the seconds until the first of them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        started = time.perf_counter()
        connection.request("GET", path, headers={"Range": asked} if asked else {})
        answer = connection.getresponse()
        count = len(answer.read(1))
        first = time.perf_counter() - started
        buffer = bytearray(MIB)
        while step := answer.readinto(buffer):
            count += step
        connection.close()
        return count, first


def _compare(ours: _Server, naive: _Server) -> None:
    print("| | CPU-seconds per GiB | MiB/s | worker's memory |\n| --- | ---: | ---: | ---: |")
    costs: dict[str, list[float]] = {"chunks() of the SDK": [], "Reelgate": []}
    paths = {"chunks() of the SDK": (naive, f"/play/{_FILM}"), "Reelgate": (ours, f"/api/videos/{_FILM}/content")}
    speeds: dict[str, list[float]] = {name: [] for name in costs}
    for _ in range(3):
        for name, (server, path) in paths.items():
            before, started, count = server.cpu, time.perf_counter(), 0
            while count < GIB:
                count += server.play(path)[0]
            costs[name].append((server.cpu - before) / (count / GIB))
            speeds[name].append(count / MIB / (time.perf_counter() - started))
    for name, (server, _) in paths.items():
        cost, speed = statistics.median(costs[name]), statistics.median(speeds[name])
        print(f"| {name} | {cost:.2f} | {speed:.0f} | {server.memory} MiB |")
    ratio = statistics.median(costs["Reelgate"]) / statistics.median(costs["chunks() of the SDK"])
    print(f"\nReelgate takes {ratio:.2f} of the processor time.\n")


def _first_bytes(server: _Server) -> None:
    path = f"/api/videos/{_LONG}/content"
    print("| offset in a blob of 10 GiB | first byte after |\n| --- | ---: |")
    for offset in (0, 9 * GIB):
        taken = [server.play(path, asked=f"bytes={offset}-{offset + 99}")[1] for _ in range(30)]
        print(f"| {offset // GIB} GiB | {1000 * statistics.median(taken):.1f} ms |")
    print()


async def _crowd(server: _Server) -> None:
    stop = time.monotonic() + _SECONDS
    players = [asyncio.create_task(_player(server.port, stop)) for _ in range(_PLAYERS)]
    waits = []
    while time.monotonic() < stop:
        started = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        await reader.read()
        writer.close()
        waits.append(time.perf_counter() - started)
        await asyncio.sleep(0.2)
    counts = await asyncio.gather(*players)
    rate = sum(counts) * 8 / 1e6 / _SECONDS / _PLAYERS
    print(f"{_PLAYERS} players read {rate:.1f} Mbit/s each for {_SECONDS} s: `/health` took at most", end=" ")
    print(f"{1000 * max(waits):.0f} ms (median {1000 * statistics.median(waits):.0f} ms), memory {server.memory} MiB")


async def _player(port: int, stop: float) -> int:
    """Read at the rate of the film, no faster; returns how many bytes that were."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=128 * 1024)
    start = random.randrange(128 * MIB)
    head = f"GET /api/videos/{_FILM}/content HTTP/1.1\r\nHost: x\r\nRange: bytes={start}-\r\n\r\n"
    writer.write(head.encode())
    began, count = time.monotonic(), 0
    while time.monotonic() < stop:
        step = await reader.read(64 * 1024)
        if not step:
            break
        count += len(step)
        await asyncio.sleep(max(0.0, began + count / _BYTES_A_SECOND - time.monotonic()))
    writer.close()
    return count


@contextmanager
def _gunicorn(app: str, *, workers: int, connection: str, container: str) -> Iterator[_Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as data:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "PORT": str(port),
            "WEB_CONCURRENCY": str(workers),
            "DATA_DIR": data,
            "LOG_LEVEL": "WARNING",
            "AZURE_STORAGE_CONNECTION_STRING": connection,
            "AZURE_STORAGE_CONTAINER_NAME": container,
            "BENCH_STORAGE": connection,
            "BENCH_CONTAINER": container,
        }
        settings = Path(data, "gunicorn.conf.py")
        settings.write_text(_settings_without_hooks() if "naive" in app else (ROOT / "gunicorn.conf.py").read_text())
        command = [sys.executable, "-m", "gunicorn", "--config", str(settings), "--pythonpath", str(ROOT), app]
        with running(command, env=environment, cwd=ROOT) as process:
            _wait(port)
            yield _Server(port, process.pid)


def _settings_without_hooks() -> str:
    """The same settings for an app that has no housekeeping to start."""
    return (ROOT / "gunicorn.conf.py").read_text().partition("\ndef ")[0]


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("The server did not start.")


def _fill(connection: str, container: str) -> None:
    metadata = VideoMetadata(
        original_name=_FILM, title="film", content_etag="c0ffee", uploaded_at=parse_timestamp("2026-01-01T00:00:00Z")
    ).to_blob()
    with ContainerClient.from_connection_string(connection, container, api_version="2025-11-05") as client:
        client.create_container()
        client.upload_blob(_FILM, os.urandom(256 * MIB), metadata=metadata)
        client.get_blob_client(_LONG).create_page_blob(10 * GIB, metadata=metadata)


if __name__ == "__main__":
    main()
