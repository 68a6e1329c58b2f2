"""What work on films costs: `python -m benchmarks.media`. Behind `make bench-media`; writes `docs/benchmarks-media.md`.

`ROUNDS` (5) and `FILM_MB` (1024, of the film that pictures are taken of) make it a quick look.
"""

import os
import platform
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from app import create_app
from benchmarks.counting_proxy import counted
from benchmarks.rounds import Spread, ratio
from config import Environment, Secret, Settings
from routes.http.wiring import SERVICES
from scripts.azurite import running_azurite
from services.actors.actor import SYSTEM
from services.assembly import Services
from services.jobs.kinds import Work
from services.media.confined_command import Limits
from services.media.ffmpeg_runs import Source, ffmpeg_arguments
from services.media.pictures import Film
from services.media.probe import probe
from services.media.program_runs import Control
from services.media.renditions import make_hls
from tests.databases import prepared
from tests.media_films import PROGRAMS, ffmpeg
from tests.server import Server, running_server
from utils.sizes import MIB

_NO_LIMITS = Limits()
_ROUNDS = int(os.environ.get("ROUNDS", "5"))
_FILM_MB = int(os.environ.get("FILM_MB", "1024"))
_PAGE = Path(__file__).resolve().parent.parent / "docs/benchmarks-media.md"
_TEXT = """# Benchmarks: work on films

`make bench-media` measures anew and writes this page; `make bench-media ROUNDS=1 FILM_MB=128` is a quick look.
Measured on {date}, {processors} × {machine}, ffmpeg {ffmpeg}, load average {load:.1f} before it began,
Azurite as the storage on the same machine. Medians of {rounds} rounds, with the lowest and the highest; ratios are made
round by round.

| what | measured | bar |
| --- | --- | --- |
| a job beside bare ffmpeg, processor time (60 s of 1080p to 360, 720 and 1080 lines) | {cpu} × | 1.10 × |
| the same, time that passes | {wall} × | 1.25 × |
| bytes read from storage for the poster of a film of {size} MiB | {poster} % of it | |
| for its poster and storyboard | {both} % of it | 20 % |
| from the 201 to the poster, MP4 of {mp4} MiB | {to_poster} s | 2 s |
| the same for the first film after a start, for which all is still to be imported | {first} s | |
| from the 201 to renditions that play, MKV of {mkv} MiB that is only wrapped anew | {to_playing} s | 5 s |
| uploads while the worker encodes ({busy} MiB/s) beside those while it rests ({rest} MiB/s) | {beside} × | 0.80 × |

- **A job** reads its film from storage by a signed URL, and stores all that it makes; bare ffmpeg has the same
  arguments, a local file, and no limits. Of a job, what passes in its process and in those that it starts is counted.
- **To the poster** and **to playing**: the video is asked for every 20 ms; it plays when its playlist and the first
  segment have been fetched.
- **Uploads** of {mp4} MiB, three in a row: while the worker rests, then while it encodes a film to three sizes.
"""


def main() -> None:
    """Measure, and write the page."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="reelgate-bench-") as name:
        folder = Path(name)
        figures = _job(folder) | _bytes(folder) | _waits(folder) | _uploads(folder)
    page = _TEXT.format(
        date=f"{datetime.now(UTC):%d %B %Y}",
        processors=os.cpu_count(),
        machine=platform.machine(),
        ffmpeg=PROGRAMS.version.partition("-")[0],
        load=load,
        rounds=_ROUNDS,
        **figures,
    )
    _PAGE.write_text(page)
    print(page)


@dataclass
class _Costs:
    """Seconds of processors and of the clock, round by round."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Count what the block, and what it starts and waits for, takes."""
        began, before = time.monotonic(), _processor()
        yield
        self.wall.append(time.monotonic() - began)
        self.cpu.append(_processor() - before)


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


class _Noted(Film):
    """A film that is not worked on: what ffmpeg would be told is noted."""

    def run(self, arguments: list[str], control: Control, *, limits: Limits = _NO_LIMITS) -> None:
        """Note it."""
        del control, limits
        noted.append(arguments)


noted: list[list[str]] = []


def _job(folder: Path) -> dict[str, str]:
    path = _film(folder / "job.mpg", "-c:v", "mpeg2video", "-b:v", "12M", "-c:a", "mp2", seconds=60)
    ours, bare = _Costs(), _Costs()
    with counted_app(folder) as (parts, put):
        video = put(path)
        for number in range(_ROUNDS):
            with ours.measured():
                work(parts, video, "hls", attempt=number + 1)
            out = folder / f"bare-{number}"
            out.mkdir()
            source = Source.file(path)
            film = _Noted(programs=PROGRAMS, source=source, facts=probe(PROGRAMS, source))
            make_hls(film, out, Control(), encode=True)
            command = [PROGRAMS.ffmpeg, *ffmpeg_arguments(*noted[-1])]
            with bare.measured():
                subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return {"cpu": ratio(ours.cpu, bare.cpu).text(2), "wall": ratio(ours.wall, bare.wall).text(2)}


def _bytes(folder: Path) -> dict[str, object]:
    path = repeated(folder / "large.mp4", megabytes=_FILM_MB)
    size = path.stat().st_size
    with counted_app(folder) as (parts, put):
        video = put(path)
        work(parts, video, "probe")
        before = counted.received
        work(parts, video, "poster")
        poster = counted.received - before
        work(parts, video, "storyboard")
        both = counted.received - before
    path.unlink()
    return {"size": size // MIB, "poster": f"{100 * poster / size:.1f}", "both": f"{100 * both / size:.1f}"}


def _waits(folder: Path) -> dict[str, object]:
    mp4 = repeated(folder / "hundred.mp4", megabytes=100)
    mkv = folder / "hundred.mkv"
    ffmpeg("-i", str(mp4), "-c", "copy", str(mkv))
    with running_azurite() as azurite, running_server(azurite.connection_string, worker_concurrency=2) as server:
        first = _until(server, mp4, lambda film: film["poster"])  # The first job of all begins the worker's bench.
        posters = [_until(server, mp4, lambda film: film["poster"]) for _ in range(_ROUNDS)]
        playing = [_until_playing(server, mkv) for _ in range(_ROUNDS)]
    return {
        "mp4": mp4.stat().st_size // MIB,
        "mkv": mkv.stat().st_size // MIB,
        "first": f"{first:.1f}",
        "to_poster": Spread.of(posters).text(1),
        "to_playing": Spread.of(playing).text(1),
    }


def _uploads(folder: Path) -> dict[str, str]:
    mp4 = repeated(folder / "beside.mp4", megabytes=100)
    film = _film(folder / "long.mpg", "-c:v", "mpeg2video", "-b:v", "12M", "-c:a", "mp2", seconds=300)
    rest, busy = [], []
    with running_azurite() as azurite, running_server(azurite.connection_string, worker_concurrency=1) as server:
        _throughput(server, mp4)  # The first of all is slower.
        for _ in range(_ROUNDS):
            rest.append(_throughput(server, mp4))
            video = _put(server, film, processing="probe,hls")
            while not _encodes(server, video):
                time.sleep(0.1)
            busy.append(_throughput(server, mp4))
            assert _encodes(server, video), "the film was encoded before the uploads ended: make it longer"
            job = _processing(server, video)["hls"]["job"]
            requests.post(f"{server.url}/api/jobs/{job}/cancel", timeout=30).raise_for_status()
            _finish(server, video)
    speeds = {"rest": f"{statistics.median(rest):.0f}", "busy": f"{statistics.median(busy):.0f}"}
    return speeds | {"beside": ratio(busy, rest).text(2)}


def _encodes(server: Server, video: Any) -> bool:
    work = _processing(server, video).get("hls")
    return work is not None and work["state"] == "running" and work["progress"] > 0


def _throughput(server: Server, path: Path) -> float:
    """MiB a second of three uploads, one after another."""
    began = time.monotonic()
    videos = [_put(server, path, processing="none") for _ in range(3)]
    took = time.monotonic() - began
    for video in videos:
        requests.delete(server.url + video["links"]["self"], timeout=30)
    return 3 * path.stat().st_size / MIB / took


def _until(server: Server, path: Path, is_there: Callable[[Any], object]) -> float:
    video = _put(server, path)
    began = time.monotonic()
    while not is_there(requests.get(server.url + video["links"]["self"], timeout=30).json()):
        time.sleep(0.02)
    took = time.monotonic() - began
    _finish(server, video)
    return took


def _put(server: Server, path: Path, **query: str) -> Any:
    with path.open("rb") as body:
        return requests.put(f"{server.url}/api/upload/{path.name}", params=query, data=body, timeout=120).json()


def _finish(server: Server, video: Any) -> None:
    """Wait for the end of all work on it, and delete it."""
    while any(each["state"] in {"queued", "running"} for each in _processing(server, video).values()):
        time.sleep(0.1)
    requests.delete(server.url + video["links"]["self"], timeout=30)


def _processing(server: Server, video: Any) -> dict[str, Any]:
    found = requests.get(server.url + video["links"]["self"], timeout=30).json()["processing"]
    assert isinstance(found, dict)
    return found


def _until_playing(server: Server, path: Path) -> float:
    def plays(film: Any) -> bool:
        if not film["hls"]:
            return False
        home = server.url + film["hls"].removesuffix("master.m3u8")
        first = _named(home + "master.m3u8", ".m3u8")
        segment = first and _named(home + first, ".m4s")
        return segment is not None and requests.get(home + segment, timeout=30).ok

    return _until(server, path, plays)


def _named(url: str, ending: str) -> str | None:
    """The first that a playlist names; None while it names none."""
    lines = requests.get(url, timeout=30).text.splitlines()
    return next((line for line in lines if line.endswith(ending) and not line.startswith("#")), None)


@contextmanager
def counted_app(folder: Path) -> Iterator[tuple[Services, Callable[[Path], str]]]:
    """The app in this process, on storage whose bytes are counted, and what puts a film there."""
    with running_azurite() as azurite, counted.between(azurite.connection_string) as connection_string:
        settings = Settings(
            app_env=Environment.TESTING,
            azure_storage_connection_string=Secret(connection_string),
            data_dir=folder / f"data-{time.monotonic_ns()}",
        )
        app = create_app(prepared(settings))
        parts: Services = app.extensions[SERVICES]
        parts.platform.blob_storage().prepare()

        def put(path: Path) -> str:
            with path.open("rb") as body:
                answer = app.test_client().put(f"/api/upload/{path.name}?processing=none", input_stream=body)
            assert answer.json is not None
            return str(answer.json["id"])

        yield parts, put


def work(parts: Services, video: str, name: str, *, attempt: int = 1) -> None:
    """Do what a worker does with a job of that kind."""
    kind = parts.jobs.kinds.get(name)
    assert kind is not None
    job = parts.jobs.store.add(kind, by=SYSTEM, video=video)
    kind.run(Work(job=replace(job, attempts=attempt), tell_progress=lambda _: None))


def _film(path: Path, *encoding: str, seconds: float) -> Path:
    inputs = ("-f", "lavfi", "-i", f"testsrc2=size=1920x1080:rate=25:duration={seconds}")
    ffmpeg(*inputs, "-f", "lavfi", "-i", f"sine=440:duration={seconds}", *encoding, str(path))
    return path


def repeated(path: Path, *, megabytes: int) -> Path:
    """A film of about that size: 20 seconds at 14 Mbit/s, again and again."""
    rate = ("-b:v", "14M", "-minrate", "14M", "-maxrate", "14M", "-bufsize", "14M", "-x264-params", "nal-hrd=cbr")
    encoding = ("-c:v", "libx264", "-preset", "ultrafast", *rate, "-pix_fmt", "yuv420p")
    part = _film(path.with_suffix(".part.mp4"), *encoding, seconds=20)
    times = max(1, round(megabytes * MIB / part.stat().st_size))
    ffmpeg("-stream_loop", str(times - 1), "-i", str(part), "-c", "copy", "-movflags", "+faststart", str(path))
    return path


if __name__ == "__main__":
    main()
