"""What a direct upload costs the server: its CPU for 1 GiB beside that for 10 MiB. `python -m benchmarks.direct`.

The bytes go into Azurite without passing the server, which is asked twice, whatever the size. The goal is a ratio of at
most 1.5; the exit status says whether it was met.
"""

import base64
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import requests

from scripts.azurite import running_azurite
from tests.server import Server, running_server
from tests.videos import MP4_HEAD
from utils.sizes import MIB

SMALL, LARGE = 10 * MIB, 1024 * MIB
ROUNDS = 10
GOAL = 1.5
IDLE_SECONDS = 30


def main() -> int:
    """Measure both sizes in turn, and say how they compare."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_azurite(location=Path(folder)) as azurite,
        running_server(azurite.connection_string) as server,
    ):
        upload(server, SMALL)  # The first request makes clients and connections.
        idle = idle_rate(server)
        costs: dict[int, list[tuple[float, float]]] = {SMALL: [], LARGE: []}
        for _ in range(ROUNDS):
            for size, found in costs.items():
                found.append(measured(server, size, idle=idle))
    print(f"idle: {idle * 1000:.1f} ms CPU a second")
    # The kernel counts in steps of 10 ms, so single uploads would compare noise: the mean of many does not.
    cpu = {size: statistics.fmean(cost for cost, _ in found) for size, found in costs.items()}
    for size, found in costs.items():
        seconds = statistics.median(seconds for _, seconds in found)
        print(f"{size // MIB:>5} MiB: {cpu[size] * 1000:5.1f} ms CPU in the server, {size / MIB / seconds:4.0f} MiB/s")
    ratio = cpu[LARGE] / cpu[SMALL]
    print(f"ratio: {ratio:.2f} (at most {GOAL})")
    return 0 if ratio <= GOAL else 1


def idle_rate(server: Server) -> float:
    """The CPU that the server uses in a second in which nobody asks it anything: its heartbeats and housekeeping."""
    before, started = cpu_of(server), time.monotonic()
    time.sleep(IDLE_SECONDS)
    return (cpu_of(server) - before) / (time.monotonic() - started)


def measured(server: Server, size: int, *, idle: float) -> tuple[float, float]:
    """The seconds of CPU that one upload costs the server beyond being there, and how long it takes."""
    before, started = cpu_of(server), time.monotonic()
    video_id = upload(server, size)
    seconds = time.monotonic() - started
    cost = cpu_of(server) - before - idle * seconds
    with server.container() as container:
        container.delete_blob(video_id)
    return cost, seconds


def cpu_of(server: Server) -> float:
    """The CPU that the server and its workers have used so far, in seconds."""
    return sum(sum(process.cpu_times()[:2]) for process in [psutil.Process(server.pid), *server.workers])


def upload(server: Server, size: int) -> str:
    """Upload so many bytes directly, four blocks at once; returns the video's id."""
    wanted = {"filename": "film.mp4", "size": size, "content_type": "video/mp4"}
    permit = requests.post(f"{server.url}/api/v1/videos/generate-upload-url", json=wanted, timeout=60).json()
    block_size = permit["block_size"]
    content = MP4_HEAD + os.urandom(block_size - len(MP4_HEAD))
    session = requests.Session()

    def stage(start: int) -> str:
        block_id = base64.b64encode(f"{start:015d}".encode()).decode()
        block = content[: min(block_size, size - start)]
        session.put(
            permit["upload_url"], params={"comp": "block", "blockid": block_id}, data=block, timeout=60
        ).raise_for_status()
        return block_id

    with ThreadPoolExecutor(4) as pool:
        blocks = list(pool.map(stage, range(0, size, block_size)))
    answer = requests.post(permit["complete_url"], json={"blocks": blocks}, timeout=60)
    answer.raise_for_status()
    return str(answer.json()["id"])


if __name__ == "__main__":
    sys.exit(main())
