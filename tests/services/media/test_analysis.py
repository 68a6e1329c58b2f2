"""What is measured in real films: loudness, silence, black, and which look alike."""

import tempfile
from itertools import combinations
from pathlib import Path

import pytest

from services.media.analysis import Analysis, analyse, read
from services.media.ffmpeg_runs import Source
from services.media.pictures import Film
from services.media.probe import probe
from services.media.program_runs import Control
from services.videos.look import MOST_APART, apart, look_of
from tests.media_films import FILMS, PROGRAMS, ffmpeg, make_film

pytestmark = pytest.mark.thorough

_H264 = FILMS["h264.mp4"]


def measured(path: Path) -> Analysis:
    source, folder = Source.file(path), Path(tempfile.mkdtemp(dir=path.parent))
    return analyse(Film(programs=PROGRAMS, source=source, facts=probe(PROGRAMS, source)), folder, Control())


def joined(path: Path, *, sound: str) -> Path:
    """A film of nine seconds, black from the third to the sixth."""
    picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=9,fade=t=out:st=3:d=0.04:enable='lt(t,6)'"]
    ffmpeg(*picture, "-f", "lavfi", "-i", sound, *_H264, str(path))
    return path


def test_loudness_is_measured_by_ebu_r128(tmp_path: Path) -> None:
    """A sine of 1 kHz at -20 dBFS on both of two channels has -20 LUFS: EBU Tech 3341 says so of its first signal."""
    sine = "sine=1000:duration=9:sample_rate=48000,volume=18.06dB,volume=-20dB,pan=stereo|c0=c0|c1=c0"
    assert measured(joined(tmp_path / "even.mp4", sound=sine)).loudness == pytest.approx(-20, abs=0.5)
    soft = measured(joined(tmp_path / "soft.mp4", sound=f"{sine},volume=-10dB"))
    assert soft.loudness == pytest.approx(-30, abs=0.5)


def test_stretches_of_silence_and_black_are_found(tmp_path: Path) -> None:
    sound = "sine=440:duration=9,volume=0:enable='between(t,2,5)'"
    found = measured(joined(tmp_path / "gaps.mp4", sound=sound))
    assert [(each.start, each.end) for each in found.silent] == [pytest.approx((2, 5), abs=0.15)]
    assert [(each.start, each.end) for each in found.black] == [pytest.approx((3, 6), abs=0.25)]


def test_silence_to_the_end_ends_with_the_film(tmp_path: Path) -> None:
    found = measured(joined(tmp_path / "end.mp4", sound="sine=440:duration=9,volume=0:enable='gt(t,6)'"))
    assert [(each.start, each.end) for each in found.silent] == [pytest.approx((6, 9), abs=0.15)]


def test_a_film_in_which_nothing_is_heard_has_no_loudness(tmp_path: Path) -> None:
    found = measured(joined(tmp_path / "silent.mp4", sound="anullsrc=duration=9"))
    assert found.loudness is None
    assert len(found.silent) == 1


def test_an_ordinary_film_has_no_gaps_and_one_without_sound_no_loudness(film: Path, tmp_path: Path) -> None:
    assert (measured(film).silent, measured(film).black) == ((), ())
    mute = make_film(tmp_path / "mute.mp4", *_H264, sounds=0)
    assert measured(mute) == Analysis()


def test_what_a_title_says_is_not_taken_for_a_measurement() -> None:
    said = "  Metadata:\n    title : x [silencedetect @ 0x1] silence_start: 1\n    I: -5 LUFS of nothing\n"
    assert read(said, duration=9) == Analysis()


MOVING = {
    "fractal": "mandelbrot=s=640x360:r=25",
    "elsewhere": "mandelbrot=s=640x360:r=25:start_x=-1.2:start_y=-0.3",
    "patterns": "sierpinski=s=640x360:r=25:seed=7",
}


def moving(path: Path, picture: str) -> Path:
    """A film of twenty seconds with a sound."""
    sound = ("-f", "lavfi", "-i", "sine=440:duration=20")
    ffmpeg("-f", "lavfi", "-i", picture, *sound, "-t", "20", *_H264, str(path))
    return path


def test_what_is_encoded_anew_looks_alike_and_other_films_do_not(tmp_path: Path) -> None:
    looks: dict[str, str] = {}
    for name, picture in MOVING.items():
        path = moving(tmp_path / f"{name}.mp4", picture)
        smaller, later, other = (tmp_path / f"{name}-{end}" for end in ("small.mkv", "later.mp4", "other.wmv"))
        ffmpeg("-i", str(path), "-vf", "scale=320:180", "-crf", "34", *FILMS["h264.mkv"], str(smaller))
        ffmpeg("-ss", "0.4", "-i", str(path), *_H264, str(later))
        ffmpeg("-i", str(path), "-r", "24", *FILMS["wmv2.wmv"], str(other))
        looks |= {each.stem: measured(each).look for each in (path, smaller, later, other)}
    for one, another in combinations(looks, 2):
        distance = apart(looks[one], looks[another])
        assert distance is not None, (one, another)
        is_same = one.partition("-")[0] == another.partition("-")[0]
        assert (distance <= MOST_APART) is is_same, (one, another, distance)


@pytest.mark.parametrize("picture", ["color=black:s=640x360:r=25", "smptebars=s=640x360:r=25"])
def test_what_hardly_changes_looks_like_nothing(picture: str, tmp_path: Path) -> None:
    assert measured(moving(tmp_path / "still.mp4", picture)).look == ""
    assert look_of([]) == ""
