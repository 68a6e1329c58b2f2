"""Pictures of real films."""

import statistics
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import pytest

from services.media.errors import BadMediaError
from services.media.ffmpeg_runs import Source
from services.media.pictures import Film, make_poster, make_preview, make_storyboard
from services.media.probe import probe
from services.media.program_runs import Control
from tests import hostile_films
from tests.media_films import PROGRAMS, ffmpeg, make_film

CONTROL = Control()


def film_of(path: Path) -> Film:
    source = Source.file(path)
    return Film(programs=PROGRAMS, source=source, facts=probe(PROGRAMS, source))


def light_of(path: Path) -> tuple[float, tuple[int, int]]:
    """How light a picture is in the middle, and its size."""
    with av.open(str(path)) as picture:
        frame = next(picture.decode(video=0))
        return statistics.fmean(bytes(frame.reformat(format="gray").planes[0])), (frame.width, frame.height)


def test_a_poster_comes_in_sizes_up_to_that_of_the_film(tmp_path: Path) -> None:
    made = make_poster(film_of(make_film(tmp_path / "h264.mp4", size="960x540")), tmp_path, CONTROL)
    assert sorted(made) == [320, 640, 960]
    assert light_of(made[640])[1] == (640, 360)


def test_a_poster_is_not_black_where_most_of_the_film_is(tmp_path: Path) -> None:
    dark = "-vf", "drawbox=color=black:t=fill:enable='lt(t,15)'"
    path = make_film(tmp_path / "h264.mp4", *dark, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "25", seconds=20)
    made = make_poster(film_of(path), tmp_path, CONTROL)
    assert light_of(made[320])[0] > 60


def test_a_poster_of_a_film_that_lies_on_its_side_stands_upright(film: Path, tmp_path: Path) -> None:
    ffmpeg("-display_rotation", "90", "-i", str(film), "-c", "copy", str(tmp_path / "side.mp4"))
    made = make_poster(film_of(tmp_path / "side.mp4"), tmp_path, CONTROL)
    assert light_of(made[180])[1] == (180, 320)


def test_a_poster_of_a_bright_film_is_not_pale(tmp_path: Path) -> None:
    made = make_poster(film_of(make_film(tmp_path / "hdr.mkv")), tmp_path, CONTROL)
    assert light_of(made[320])[0] > 20


def test_a_storyboard_has_a_picture_for_each_second(film: Path, tmp_path: Path) -> None:
    board = make_storyboard(film_of(film), tmp_path, CONTROL)
    assert (board.count, board.interval, board.sheets) == (6, 1.0, ("storyboard-1.webp",))
    assert light_of(tmp_path / board.sheets[0])[1] == (1600, 900)


def test_a_storyboard_of_a_film_that_stands_still_for_weeks_is_small(film: Path, tmp_path: Path) -> None:
    path = hostile_films.endless(tmp_path / "still.mkv", film, hours=500)
    board = make_storyboard(film_of(path), tmp_path, CONTROL)
    assert board.count <= 200
    assert sum(each.stat().st_size for each in tmp_path.glob("*.webp")) < 2_000_000


def test_a_storyboard_of_a_large_film_is_made_by_seeking(tmp_path: Path) -> None:
    """The film gets lighter from its beginning to its end, and so does its storyboard."""
    light = ("-vf", "geq=lum='40+N*160/3250':cb=128:cr=128")
    path = tmp_path / "long.mp4"
    encoding = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "10", "-c:a", "aac")
    make_film(path, *light, "-r", "10", *encoding, seconds=130, size="64x36")
    board = make_storyboard(replace(film_of(path), size=10**10), tmp_path, CONTROL)
    assert (board.count, board.sheets) == (100, ("storyboard-1.webp",))
    assert board.interval == pytest.approx(1.3, abs=0.01)
    with av.open(str(tmp_path / board.sheets[0])) as picture:
        frame = next(picture.decode(video=0)).reformat(format="gray")
    assert (frame.width, frame.height) == (board.across * board.width, 10 * board.height)
    plane = frame.planes[0]
    rows, line = bytes(plane), plane.line_size
    centres = [
        rows[(row * board.height + board.height // 2) * line + column * board.width + board.width // 2]
        for row in range(10)
        for column in range(10)
    ]
    assert all(later >= earlier - 4 for earlier, later in pairwise(centres))
    assert centres[-1] > centres[0] + 100


def test_a_preview_moves(film: Path, tmp_path: Path) -> None:
    path = make_preview(film_of(film), tmp_path, CONTROL)
    assert b"ANIM" in path.read_bytes()[:64]


def test_what_has_no_picture_has_no_poster(tmp_path: Path) -> None:
    sound = ["-f", "lavfi", "-i", "sine=440:duration=2", "-c:a", "aac"]
    subprocess.run([PROGRAMS.ffmpeg, "-v", "error", *sound, str(tmp_path / "sound.mp4")], check=True)
    with pytest.raises(BadMediaError):
        make_poster(film_of(tmp_path / "sound.mp4"), tmp_path, CONTROL)
