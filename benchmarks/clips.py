"""What a clip costs: `python -m benchmarks.clips`. Behind `make bench-clips`; writes `docs/benchmarks-clips.md`.

`ROUNDS` (5) and `FILM_MB` (1024) make it a quick look.
"""

import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from benchmarks.counting_proxy import counted
from benchmarks.media import counted_app, repeated, work
from benchmarks.rounds import Spread
from scripts.azurite import running_azurite
from services.actors.actor import SYSTEM
from services.clips.wishes import ClipWish
from services.jobs.kinds import Work
from tests.media_films import PROGRAMS
from tests.server import Server, eventually, running_server
from utils.sizes import MIB

_ROUNDS = int(os.environ.get("ROUNDS", "5"))
_FILM_MB = int(os.environ.get("FILM_MB", "1024"))
_SECONDS = 10
_PAGE = Path(__file__).resolve().parent.parent / "docs/benchmarks-clips.md"
_TEXT = """# Benchmarks: clips

`make bench-clips` measures anew and writes this page; `make bench-clips ROUNDS=1 FILM_MB=128` is a quick look.
Measured on {date}, {processors} × {machine}, ffmpeg {ffmpeg}, load average {load:.1f} before it began, Azurite as the
storage on the same machine. Medians of {rounds} rounds, with the lowest and the highest.

| what | measured | bar |
| --- | --- | --- |
| bytes read from storage for a fast clip of {seconds} s, of a film of {size} MiB | {read} % of it | 3 % |
| from the request to a clip that plays, where a job was done within the last two minutes | {warm} s | 2 s |
| the same for the first job, for which all is still to be imported | {cold} s | 2 s |

- **To playing**: the clip's first bytes are asked for every 20 ms, until they come.
- The film has 14 Mbit/s; clips begin at moments that are no key frames.
"""


def main() -> None:
    """Measure, and write the page."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="reelgate-bench-") as name:
        film = repeated(Path(name) / "large.mp4", megabytes=_FILM_MB)
        figures = _bytes(film) | _waits(film)
        size = film.stat().st_size // MIB
    page = _TEXT.format(
        date=f"{datetime.now(UTC):%d %B %Y}",
        processors=os.cpu_count(),
        machine=platform.machine(),
        ffmpeg=PROGRAMS.version.partition("-")[0],
        load=load,
        rounds=_ROUNDS,
        size=size,
        seconds=_SECONDS,
        **figures,
    )
    _PAGE.write_text(page)
    print(page)


def _starts() -> list[float]:
    return [5.3 + 7.1 * number for number in range(_ROUNDS)]


def _bytes(film: Path) -> dict[str, str]:
    size, read = film.stat().st_size, []
    with counted_app(film.parent) as (parts, put):
        video = put(film)
        work(parts, video, "probe")  # As is done to every film that comes in.
        kind = parts.jobs.kinds.get("clip")
        assert kind is not None
        for start in _starts():
            wish = ClipWish(start=start, end=start + _SECONDS)
            [clip] = parts.clips.clips.make(video, [wish], by=SYSTEM)
            assert clip.job is not None
            before = counted.received
            kind.run(Work(job=clip.job, tell_progress=lambda _: None))
            read.append(100 * (counted.received - before) / size)
    return {"read": Spread.of(read).text(1)}


def _waits(film: Path) -> dict[str, str]:
    with running_azurite() as azurite, running_server(azurite.connection_string, worker_concurrency=2) as server:
        with film.open("rb") as body:
            url = f"{server.url}/api/upload/{film.name}?processing=none"
            video = requests.put(url, data=body, timeout=600).json()
        cold = _until_playing(server, video, 1.0)
        warm = [_until_playing(server, video, start) for start in _starts()]
    return {"cold": f"{cold:.1f}", "warm": Spread.of(warm).text(1)}


def _until_playing(server: Server, video: dict[str, Any], start: float) -> float:
    began = time.monotonic()
    wish = {"start": start, "end": start + _SECONDS}
    answer = requests.post(f"{server.url}{video['links']['self']}/clips", json=wish, timeout=30).json()
    content = f"{server.url}{answer['clip']['links']['content']}"
    while requests.get(content, headers={"Range": "bytes=0-65535"}, timeout=30).status_code != 206:
        time.sleep(0.02)
    took = time.monotonic() - began
    # What is made of it by itself is not to stand in the way of the next.
    eventually(lambda: _rests(server), patience=300)
    return took


def _rests(server: Server) -> bool:
    jobs = requests.get(f"{server.url}/api/jobs?state=queued,running&limit=1", timeout=30).json()
    return not jobs["jobs"]


if __name__ == "__main__":
    main()
