"""What playing costs: `python -m benchmarks.playback`, or `make bench-playback` (ROUNDS=1 for a quick look).

Processor time of the worker for each GiB played, beside the SDK's `download_blob().chunks()` under the same gunicorn
with the same settings; the first byte of a 10 GiB blob near its end (a page blob, of which storage keeps only what was
written: nothing); and `/health` while 200 players in another process read 5 Mbit/s each.
"""

import http.client
import os
import statistics
import subprocess
import sys
import time
import uuid

from azure.storage.blob import ContainerClient

from benchmarks.rounds import Spread, in_turns, ratio
from benchmarks.sections import write_section
from benchmarks.servers import OURS, ROOT, Contender, Server, running_contender
from scripts.azurite import running_azurite
from services.videos.metadata import VideoMetadata
from utils.timestamps import parse_timestamp

MIB, GIB = 1024**2, 1024**3
_FILM = "film.mp4"
_LONG = "long.mp4"
_PLAYERS, _SECONDS = 200, 15
_CONTENT = f"/api/videos/{_FILM}/content"
_PAGE = "benchmarks-library.md"
_COMMAND = "make bench-playback"


def main() -> None:
    """Measure, and write what came of it into `docs/benchmarks-library.md`."""
    rounds = int(os.environ.get("ROUNDS", "5"))
    # All players come from one address.
    settings = {"AZURE_STORAGE_CONTAINER_NAME": f"videos-{uuid.uuid4().hex[:8]}", "CLIENT_SHARE_PERCENT": "100"}
    naive = Contender(
        label="`download_blob().chunks()` of the SDK",
        application="benchmarks.naive_playback:app",
        request=f"GET /play/{_FILM}",
        settings=settings,
    )
    reelgate = Contender(label="Reelgate", application=OURS, request=f"GET {_CONTENT}", settings=settings)
    two_workers = Contender(
        label="Reelgate", application=OURS, request=f"GET {_CONTENT}", settings=settings | {"WEB_CONCURRENCY": "2"}
    )
    with running_azurite() as azurite:
        _fill(azurite.connection_string, settings["AZURE_STORAGE_CONTAINER_NAME"])
        with running_contender(naive, azurite) as theirs, running_contender(reelgate, azurite) as ours:
            write_section(_PAGE, "playing", _compared(theirs, ours, rounds=rounds), command=_COMMAND)
            write_section(_PAGE, "first byte", _first_bytes(ours), command=_COMMAND)
        with running_contender(two_workers, azurite) as ours:
            write_section(_PAGE, "players", _crowds(ours, rounds=rounds), command=_COMMAND)


def _compared(theirs: Server, ours: Server, *, rounds: int) -> str:
    costs: dict[Server, list[float]] = {theirs: [], ours: []}
    speeds: dict[Server, list[float]] = {theirs: [], ours: []}
    for server in costs:
        _play(server, server.contender.request)  # The first request makes clients and connections.
    for server in in_turns([theirs, ours], rounds=rounds):
        before, started, count = server.cpu_seconds, time.perf_counter(), 0
        while count < GIB:
            count += _play(server, server.contender.request)[0]
        costs[server].append((server.cpu_seconds - before) / (count / GIB))
        speeds[server].append(count / MIB / (time.perf_counter() - started))
    rows = [
        f"| {server.contender.label} | {Spread.of(costs[server]).text(2)} | {Spread.of(speeds[server]).text(0)} "
        f"| {server.resident_bytes // MIB} MiB |"
        for server in costs
    ]
    return "\n".join(
        [
            f"One worker each, under the same gunicorn with the same settings; {rounds} rounds in turns, medians, the",
            "lowest and the highest.",
            "",
            "| | CPU-seconds per GiB | MiB/s | worker's memory |\n| --- | ---: | ---: | ---: |",
            *rows,
            "",
            f"Reelgate takes {ratio(costs[ours], costs[theirs]).text(2)} of the processor time, round by round.",
        ]
    )


def _first_bytes(server: Server) -> str:
    request = f"GET /api/videos/{_LONG}/content"
    offsets = (0, 9 * GIB)
    taken: dict[int, list[float]] = {offset: [] for offset in offsets}
    for offset in in_turns(offsets, rounds=30):
        taken[offset].append(_play(server, request, asked=f"bytes={offset}-{offset + 99}")[1])
    rows = [f"| {offset // GIB} GiB | {1000 * statistics.median(taken[offset]):.1f} ms |" for offset in offsets]
    return "\n".join(["| offset in a blob of 10 GiB | first byte after, median of 30 |\n| --- | ---: |", *rows])


def _crowds(server: Server, *, rounds: int) -> str:
    crowds = [_crowd(server) for _ in range(rounds)]
    longest = Spread.of([max(waits) for waits, _ in crowds])
    usual = Spread.of([statistics.median(waits) for waits, _ in crowds])
    rates = Spread.of([rate for _, rate in crowds])
    memory = sum(worker.memory_info().rss for worker in server.workers) // MIB
    return "\n".join(
        [
            f"{_PLAYERS} players in another process, two workers, {_SECONDS} s, {rounds} times; `/health` is asked",
            "five times a second meanwhile, by a process that does nothing else.",
            "",
            "| | median (lowest to highest of the rounds) |\n| --- | ---: |",
            f"| read by each player, Mbit/s | {rates.text(1)} |",
            f"| `/health`, the longest of a round, ms | {longest.text(0, factor=1000)} |",
            f"| `/health`, the median of a round, ms | {usual.text(0, factor=1000)} |",
            f"| memory of both workers at the end, MiB | {memory} |",
        ]
    )


def _crowd(server: Server) -> tuple[list[float], float]:
    """How long `/health` took, each time, while people watch, and how many Mbit/s each of them got."""
    command = [sys.executable, "-m", "benchmarks.players", str(server.port), _CONTENT, str(_PLAYERS), str(_SECONDS)]
    waits = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as players:
        assert players.stdout is not None
        if players.stdout.readline() != "begun\n":
            raise RuntimeError("The players could not begin.")
        started = time.monotonic()
        while time.monotonic() < started + _SECONDS:
            waits.append(_play(server, "GET /health")[1])
            time.sleep(0.2)
        count = int(players.stdout.readline())
    return waits, count * 8 / 1e6 / _SECONDS / _PLAYERS


def _play(server: Server, request: str, *, asked: str | None = None) -> tuple[int, float]:
    """Read it all; returns the bytes and the seconds until the first of them, the connection included."""
    method, path = request.split()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    started = time.perf_counter()
    connection.request(method, path, headers={"Range": asked} if asked else {})
    answer = connection.getresponse()
    if answer.status >= 300:
        raise RuntimeError(f"{request} was answered {answer.status}")
    count = len(answer.read(1))
    first = time.perf_counter() - started
    buffer = bytearray(MIB)
    while step := answer.readinto(buffer):
        count += step
    connection.close()
    return count, first


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
