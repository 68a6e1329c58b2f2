"""Runs of ffmpeg: what they may not do, and that nothing of them is left."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from services.media.confined_command import Limits
from services.media.errors import BadMediaError, MediaError
from services.media.ffmpeg_runs import Source, ffmpeg_arguments, run
from services.media.probe import probe
from services.media.program_runs import Control
from tests import hostile_films
from tests.asked import Asked
from tests.media_films import PROGRAMS
from tests.server import eventually

pytestmark = pytest.mark.thorough

_ROOT = Path(__file__).resolve().parents[3]
_ENDLESS = ["-re", "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25", "-f", "null", "-"]
_NOTHING = Source.file(Path("/dev/null"))


@pytest.fixture
def asked() -> Iterator[Asked]:
    with Asked() as server:
        yield server


_DISGUISES = (hostile_films.hls_in_disguise, hostile_films.dash_in_disguise, hostile_films.concat_in_disguise)


@pytest.mark.parametrize("disguise", _DISGUISES)
def test_a_film_that_is_a_playlist_reaches_no_other_address(
    disguise: Callable[[Path, str], Path], asked: Asked, tmp_path: Path
) -> None:
    path = disguise(tmp_path / "holiday.mp4", asked.url)

    with pytest.raises(BadMediaError):
        probe(PROGRAMS, Source.file(path))
    guarded = ffmpeg_arguments(*Source.file(path).opened(), "-f", "null", "-")
    with pytest.raises(BadMediaError):
        run(PROGRAMS.ffmpeg, guarded, source=Source.file(path))
    assert asked.paths == []


def test_allowed_protocols_alone_would_not_be_enough(asked: Asked, tmp_path: Path) -> None:
    """Where films are read by URL, the protocols have to be allowed: what keeps them in is the list of formats."""
    path = hostile_films.dash_in_disguise(tmp_path / "holiday.mp4", asked.url)
    protocols = ["-protocol_whitelist", "file,http,https,tcp,tls"]

    subprocess.run([PROGRAMS.ffmpeg, "-v", "quiet", *protocols, "-i", str(path)], stdin=subprocess.DEVNULL, check=False)
    assert asked.paths


def test_a_picture_of_16000_by_16000_is_not_decoded(tmp_path: Path) -> None:
    source = Source.file(hostile_films.pixel_bomb(tmp_path / "bomb.avi"))
    arguments = ffmpeg_arguments(*source.opened(), "-frames:v", "1", str(tmp_path / "out.png"))

    with pytest.raises(BadMediaError):
        run(PROGRAMS.ffmpeg, arguments, source=source)
    assert not (tmp_path / "out.png").exists()


def test_an_endless_duration_is_refused(film: Path, tmp_path: Path) -> None:
    with pytest.raises(BadMediaError, match="thousand hours"):
        probe(PROGRAMS, Source.file(hostile_films.endless(tmp_path / "endless.mkv", film)))


def test_a_film_without_tracks_or_its_end_is_refused(film: Path, tmp_path: Path) -> None:
    for path in (
        hostile_films.without_tracks(tmp_path / "empty.mp4"),
        hostile_films.cut_off(tmp_path / "cut.mp4", _with_index_at_the_end(film, tmp_path)),
    ):
        with pytest.raises(BadMediaError):
            probe(PROGRAMS, Source.file(path))


@pytest.mark.parametrize(
    "name", ["-i.mp4", "concat:a.mp4|b.mp4", "%d.mp4", "http:x.mp4", "a\nb.mp4", "-filter_complex"]
)
def test_names_that_look_like_something_else_are_names(name: str, film: Path, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(film.read_bytes())
    assert probe(PROGRAMS, Source.file(path)).is_film


def test_a_run_that_is_called_off_leaves_no_process() -> None:
    children = set(psutil.Process().children())

    def call_off() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run(PROGRAMS.ffmpeg, _ENDLESS, source=_NOTHING, control=Control(watch=call_off))
    assert set(psutil.Process().children()) == children


def test_a_run_is_given_up_after_its_time() -> None:
    with pytest.raises(BadMediaError, match="abandoned"):
        run(PROGRAMS.ffmpeg, _ENDLESS, source=_NOTHING, control=Control(seconds=0.5))


def test_a_run_may_not_take_more_of_a_processor_than_is_allowed() -> None:
    busy = ["-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=60", "-f", "null", "-"]
    with pytest.raises(BadMediaError, match="more work"):
        run(PROGRAMS.ffmpeg, busy, source=_NOTHING, limits=Limits(cpu_seconds=1))


def test_a_run_may_not_write_more_than_is_allowed(tmp_path: Path) -> None:
    raw = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1280x720", "-t", "10", "-f", "rawvideo"]
    with pytest.raises(BadMediaError, match="larger"):
        run(PROGRAMS.ffmpeg, [*raw, str(tmp_path / "out")], source=_NOTHING, limits=Limits(file_mb=1))
    assert (tmp_path / "out").stat().st_size <= 1024 * 1024


def test_a_run_tells_how_far_it_is(film: Path, tmp_path: Path) -> None:
    told: list[float] = []
    source = Source.file(film)
    arguments = ffmpeg_arguments("-progress", "pipe:1", *source.opened(), "-f", "null", "-")
    run(PROGRAMS.ffmpeg, arguments, source=source, control=Control(progress=told.append))
    assert told[-1] == pytest.approx(6, abs=0.1)


def test_what_is_said_of_a_film_holds_no_signature() -> None:
    source = Source.url("http://127.0.0.1:9/videos/film.mp4?sig=secret")
    with pytest.raises(MediaError) as caught:
        probe(PROGRAMS, source, control=Control(seconds=60))
    assert "secret" not in str(caught.value)
    assert "secret" not in repr(source)


def test_a_killed_worker_takes_its_ffmpeg_along() -> None:
    program = (
        "from services.media.ffmpeg_runs import *\n"
        f"run({PROGRAMS.ffmpeg!r}, {_ENDLESS!r}, source=Source('', is_remote=False))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=_ROOT) as worker:
        process = psutil.Process(worker.pid)
        eventually(lambda: any("ffmpeg" in child.name() for child in process.children()))
        running = process.children()
        worker.kill()
    eventually(lambda: not any(child.is_running() and child.status() != "zombie" for child in running))


def _with_index_at_the_end(film: Path, folder: Path) -> Path:
    subprocess.run(
        [PROGRAMS.ffmpeg, "-v", "error", "-i", str(film), "-c", "copy", str(folder / "end.mp4")],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return folder / "end.mp4"
