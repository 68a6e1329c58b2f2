"""Exact clips of which only the edges are encoded: the same pictures at the same moments, those between untouched."""

import math
import re
import subprocess
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from services.clips.cutting import Cut, Span, cut_exact
from services.clips.edges import cut_exactly
from services.clips.parameter_sets import ParameterSets
from services.media.errors import BadMediaError
from services.media.ffmpeg_runs import Source
from services.media.probe import probe
from services.media.program_runs import Control
from tests.media_films import PROGRAMS, ffmpeg
from tests.numbered_films import RATE, numbered_film, numbers
from tests.services.clips.test_cutting import opened

X264 = ("-c:v", "libx264", "-preset", "veryfast", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-c:a", "aac")
LAST = 199
_PSNR = re.compile(r"psnr_avg:(\S+)")

Make = Callable[[Path, float, float], Cut]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return numbered_film(tmp_path_factory.mktemp("films") / "film.mp4")


@pytest.fixture(scope="module")
def film_of_many_colours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "colours.mp4"
    picture, sound = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=8"), ("-i", "sine=440:duration=8")
    ffmpeg(*picture, "-f", "lavfi", *sound, *X264, "-g", "50", str(path))
    return path


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Makes an exact clip in an empty folder."""

    def make(path: Path, start: float, end: float) -> Cut:
        folder = tmp_path / f"{path.stem}-{start}-{end}"
        folder.mkdir()
        return cut_exactly(opened(path), Span(start=start, end=end), folder, Control(), extension="mp4", megabytes=256)

    return make


def is_joined(clip: Path) -> bool:
    """Whether two encoders have made its pictures."""
    return len(ParameterSets.read(clip).sequences) == 2


def pictures(path: Path) -> list[str]:
    """The digest of each picture, decoded, in the order in which they are shown."""
    command = [PROGRAMS.ffmpeg, "-nostdin", "-v", "error", "-i", str(path), "-map", "0:v:0"]
    command += ["-fps_mode", "passthrough", "-f", "framemd5", "-"]
    told = subprocess.run(command, check=True, capture_output=True, timeout=120, text=True).stdout
    return [line.rpartition(" ")[2] for line in told.splitlines() if line.startswith("0,")]


def moments(path: Path) -> list[float]:
    """When each picture is shown."""
    command = [PROGRAMS.ffmpeg, "-nostdin", "-v", "error", "-copyts", "-i", str(path), "-map", "0:v:0", "-c", "copy"]
    told = subprocess.run([*command, "-f", "framecrc", "-"], check=True, capture_output=True, text=True).stdout
    [ticks] = re.findall(r"#tb 0: 1/(\d+)", told)
    return sorted(int(line.split(",")[2]) / int(ticks) for line in told.splitlines() if line.startswith("0,"))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 5),
        (1.02, 6.01),
        *(pytest.param(*each, marks=pytest.mark.thorough) for each in [(0, 8), (1.0, 7.0), (2.0, 6.0), (3.01, 8)]),
        *(pytest.param(*each, marks=pytest.mark.thorough) for each in [(0.5, 7.9), (1.96, 6.04)]),
    ],
)
def test_a_clip_has_just_its_pictures_at_their_moments(start: float, end: float, film: Path, made: Make) -> None:
    clip = made(film, start, end).path
    assert is_joined(clip) is (start % 2 > 0 or (end % 2 > 0 and end < 8))
    first = math.ceil(start * RATE - 1e-6)
    wanted = list(range(first, min(LAST, math.ceil(end * RATE - 1e-6) - 1) + 1))
    assert numbers(clip) == wanted
    assert moments(clip) == pytest.approx([each / RATE - start for each in wanted], abs=0.001)
    facts = probe(PROGRAMS, Source.file(clip))
    assert facts.duration == pytest.approx(min(end, 8.0) - start, abs=0.1)
    assert len(facts.sounds) == 1
    assert [each.name for each in clip.parent.iterdir() if each.is_dir()] == []


def test_what_lies_between_the_edges_is_what_the_film_has_to_the_last_bit(
    film_of_many_colours: Path, made: Make
) -> None:
    clip = made(film_of_many_colours, 1.2, 6.6).path
    before, after = pictures(film_of_many_colours)[30:165], pictures(clip)
    assert len(after) == 135
    # Key frames lie at 2 s and at 6 s.
    assert after[20:120] == before[20:120]
    assert not set(after[:20] + after[120:]) & set(before)


@pytest.mark.thorough
def test_the_edges_look_like_the_film(film_of_many_colours: Path, made: Make, tmp_path: Path) -> None:
    clip = made(film_of_many_colours, 1.2, 6.6).path
    stats = tmp_path / "psnr.txt"
    compared = f"[0:v]trim=start_frame=30:end_frame=165,setpts=N[a];[1:v]setpts=N[b];[a][b]psnr=stats_file={stats}"
    ffmpeg("-i", str(film_of_many_colours), "-i", str(clip), "-filter_complex", compared, "-f", "null", "-")
    told = [float(each) for each in _PSNR.findall(stats.read_text())]
    assert len(told) == 135
    assert min(told) > 35


@pytest.mark.thorough
@pytest.mark.parametrize(
    "encoding",
    [
        ("-bf", "0"),
        ("-bf", "2", "-x264-params", "b-pyramid=none"),
        ("-profile:v", "baseline"),
        ("-profile:v", "main"),
        ("-x264-params", "sps-id=3"),
        ("-video_track_timescale", "90000"),
    ],
)
def test_films_of_other_encodings_are_joined_too(encoding: tuple[str, ...], tmp_path: Path, made: Make) -> None:
    film = numbered_film(tmp_path / "film.mp4", *X264, *encoding)
    clip = made(film, 1.2, 6.6).path
    assert numbers(clip) == list(range(30, 165))
    assert is_joined(clip)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("open.mp4", (*X264, "-x264-params", "open-gop=1:bframes=3")),
        ("few.mp4", (*X264, "-force_key_frames", "0")),
        ("film.mkv", X264),
        ("part4.mp4", ("-c:v", "mpeg4", "-q:v", "2", "-c:a", "aac")),
    ],
)
def test_what_cannot_be_joined_is_encoded_as_a_whole(
    name: str, encoding: tuple[str, ...], tmp_path: Path, made: Make
) -> None:
    film = numbered_film(tmp_path / name, *encoding, key_every=1000 if name == "few.mp4" else 50)
    clip = made(film, 1.2, 6.6).path
    assert numbers(clip) == list(range(30, 165))
    assert len(ParameterSets.read(clip).sequences) == 1


@pytest.mark.thorough
def test_pictures_in_uneven_distances_keep_their_moments(tmp_path: Path, made: Make) -> None:
    even, uneven = numbered_film(tmp_path / "even.mp4"), tmp_path / "uneven.mp4"
    spread = ("-vf", "setpts='PTS+mod(N,3)*0.009/TB'", "-fps_mode", "passthrough", "-enc_time_base", "demux")
    ffmpeg("-i", str(even), *spread, *X264, "-g", "50", str(uneven))
    clip = made(uneven, 1.2, 6.6).path
    assert is_joined(clip)
    wanted = [each for each in moments(uneven) if 1.2 <= each < 6.6]
    assert moments(clip) == pytest.approx([each - 1.2 for each in wanted], abs=0.001)


def samples(path: Path) -> Sequence[int]:
    """The sound, decoded."""
    command = [PROGRAMS.ffmpeg, "-nostdin", "-v", "error", "-i", str(path), "-map", "0:a", "-ac", "1"]
    told = subprocess.run([*command, "-f", "s16le", "-"], check=True, capture_output=True, timeout=120).stdout
    return array("h", told)


@pytest.mark.thorough
def test_it_sounds_at_the_same_moments_as_if_all_had_been_encoded(tmp_path: Path, made: Make) -> None:
    film = tmp_path / "film.mp4"
    beep = ("-f", "lavfi", "-i", "aevalsrc='if(between(t,3,3.5),sin(440*2*PI*t),0)':duration=8")
    ffmpeg("-i", str(numbered_film(tmp_path / "silent.mp4", sound=False)), *beep, "-c:v", "copy", str(film))
    span = Span(start=1.2, end=6.6)
    whole = cut_exact(opened(film), span, tmp_path, Control(), extension="mp4", megabytes=256)
    joined = made(film, span.start, span.end)
    assert is_joined(joined.path)
    heard = [samples(each.path) for each in (joined, whole)]
    begins = [next(number for number, each in enumerate(found) if abs(each) > 8000) for found in heard]
    # Within two milliseconds, of which each has 44.1.
    assert begins[0] == pytest.approx(begins[1], abs=88)
    assert begins[0] == pytest.approx(1.8 * 44_100, abs=441)
    assert len(heard[0]) == pytest.approx(len(heard[1]), abs=4096)


def test_a_part_behind_the_end_is_refused_in_words(film: Path, made: Make) -> None:
    with pytest.raises(BadMediaError):
        made(film, 60.0, 61.0)


def test_parameter_sets_of_two_films_become_those_of_one(tmp_path: Path) -> None:
    one = numbered_film(tmp_path / "one.mp4", *X264, seconds=1)
    other = numbered_film(tmp_path / "other.mp4", *X264, "-x264-params", "sps-id=5", seconds=1)
    sets = ParameterSets.read(one).with_those_of([ParameterSets.read(other)])
    before = pictures(one)
    sets.write(one)
    assert ParameterSets.read(one) == sets
    assert sets.numbers == {0, 5}
    assert pictures(one) == before


@pytest.mark.parametrize("box", [b"", b"\x01d\x00\x1f\xff\xe1", b"\x01d\x00\x1f\xff\xe1\x00\x09abc", b"\x00" * 40])
def test_parameter_sets_that_make_no_sense_are_refused(box: bytes) -> None:
    with pytest.raises(BadMediaError):
        ParameterSets.parse(box)


def test_an_index_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    for number, content in enumerate((b"", b"\x00\x00\x00\x08moov", b"\x00\x00\x00\x00moov" * 9, b"\xff" * 64)):
        path = tmp_path / f"{number}.mp4"
        path.write_bytes(content)
        with pytest.raises(BadMediaError):
            ParameterSets.read(path)
