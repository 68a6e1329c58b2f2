"""Renditions of real films, read again as a player would."""

import re
from pathlib import Path

import pytest

from services.media.analysis import analyse
from services.media.facts import Facts, VideoTrack
from services.media.ffmpeg_runs import Source
from services.media.pictures import Film
from services.media.probe import probe
from services.media.program_runs import Control
from services.media.renditions import STANDARD_WISHES, Wishes, copies, make_hls, rungs
from tests.media_films import FILMS, PROGRAMS, ffmpeg, make_film

pytestmark = pytest.mark.thorough


def hls_of(
    path: Path, folder: Path, *, encode: bool | None = None, wishes: Wishes = STANDARD_WISHES
) -> tuple[str, Facts]:
    """The master playlist, and what its largest rendition is."""
    source = Source.file(path)
    facts = probe(PROGRAMS, source)
    folder.mkdir()
    film = Film(programs=PROGRAMS, source=source, facts=facts)
    make_hls(film, folder, Control(), encode=not copies(facts) if encode is None else encode, wishes=wishes)
    master = (folder / "master.m3u8").read_text()
    largest = re.findall(r"^v\d+\.m3u8$", master, re.MULTILINE)[-1]
    # Its parts behind each other are one film.
    names = re.findall(r'URI="([^"]+)"|^([^#\n]+)$', (folder / largest).read_text(), re.MULTILINE)
    (folder / "whole.mp4").write_bytes(b"".join((folder / (a or b)).read_bytes() for a, b in names))
    return master, probe(PROGRAMS, Source.file(folder / "whole.mp4"))


@pytest.mark.parametrize("name", [name for name in FILMS if name not in {"h264.mp4", "h264.m4v", "h264.3gp"}])
def test_every_kind_of_film_becomes_one_that_browsers_play(name: str, tmp_path: Path) -> None:
    master, facts = hls_of(make_film(tmp_path / name), tmp_path / "out")
    assert facts.video is not None
    assert facts.video.codec in {"h264", "av1", "vp9"}
    assert facts.video.pixels in {"yuv420p", "yuvj420p"}
    assert not facts.video.hdr
    assert (facts.video.width, facts.video.height) == (320, 180)
    assert facts.duration == pytest.approx(6, abs=0.5)
    assert "TYPE=AUDIO" in master
    assert re.search(r'CODECS="[^"]+,mp4a\.40\.2"', master)


def test_what_lies_on_its_side_stands_upright(film: Path, tmp_path: Path) -> None:
    ffmpeg("-display_rotation", "90", "-i", str(film), "-c", "copy", str(tmp_path / "side.mp4"))
    _, facts = hls_of(tmp_path / "side.mp4", tmp_path / "out", encode=True)
    assert facts.video is not None
    assert (facts.video.width, facts.video.height) == (180, 320)


def test_both_languages_are_kept(tmp_path: Path) -> None:
    languages = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"]
    path = make_film(tmp_path / "two.mkv", "-c:v", "mpeg2video", "-c:a", "ac3", *languages, sounds=2)
    master, _ = hls_of(path, tmp_path / "out")
    assert re.findall(r'LANGUAGE="(\w+)"', master) == ["eng", "deu"]


def test_no_sound_is_no_fault(tmp_path: Path) -> None:
    master, facts = hls_of(make_film(tmp_path / "mpeg2.mpg", sounds=0), tmp_path / "out")
    assert "AUDIO" not in master
    assert facts.sounds == ()


def test_five_channels_become_two(tmp_path: Path) -> None:
    path = make_film(tmp_path / "five.mkv", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "ac3", "-ac", "6")
    hls_of(path, tmp_path / "out")
    init = (tmp_path / "out" / "a0-init.mp4").read_bytes()
    parts = b"".join(each.read_bytes() for each in sorted((tmp_path / "out").glob("a0-*.m4s")))
    (tmp_path / "sound.mp4").write_bytes(init + parts)
    sound = probe(PROGRAMS, Source.file(tmp_path / "sound.mp4")).sounds[0]
    assert (sound.codec, sound.channels) == ("aac", 2)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1920, 1080), [(640, 360), (1280, 720), (1920, 1080)]),
        ((1080, 1920), [(360, 640), (720, 1280), (1080, 1920)]),
        ((854, 480), [(640, 360)]),
        ((321, 181), [(320, 180)]),
        ((3840, 1600), [(864, 360), (1728, 720), (2592, 1080)]),
    ],
)
def test_no_rendition_is_larger_than_its_film(size: tuple[int, int], expected: list[tuple[int, int]]) -> None:
    found = [rung.size for rung in rungs(VideoTrack(width=size[0], height=size[1]))]
    assert found == expected


@pytest.mark.parametrize("sounds", [0, 1])
def test_a_film_of_one_track_names_its_first_part(sounds: int, tmp_path: Path) -> None:
    """ffmpeg itself fills in the name of that part only where there are several streams."""
    path = tmp_path / "film.mkv"
    make_film(path, "-c:v", "mpeg2video", "-c:a", "mp2", seconds=1, sounds=sounds)
    hls_of(path, tmp_path / "out")
    playlists = [each.read_text() for each in (tmp_path / "out").glob("*.m3u8")]
    assert not any("%" in text for text in playlists)


@pytest.mark.parametrize("name", ["mpeg2.mpg", "h264.mkv"])
def test_sounds_can_be_brought_to_one_loudness(name: str, tmp_path: Path) -> None:
    sound = ("-f", "lavfi", "-i", "sine=1000:duration=20,volume=-20dB")
    picture = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=20")
    ffmpeg(*picture, *sound, *FILMS[name], str(tmp_path / name))
    hls_of(tmp_path / name, tmp_path / "as it is")
    hls_of(tmp_path / name, tmp_path / "even", wishes=Wishes(normalise=True))
    assert loudness_of(tmp_path / "as it is") < -35
    assert loudness_of(tmp_path / "even") == pytest.approx(-23, abs=1.5)


def loudness_of(folder: Path) -> float:
    """Of the sound of renditions."""
    names = re.findall(r'URI="([^"]+)"|^([^#\n]+)$', (folder / "a0.m3u8").read_text(), re.MULTILINE)
    path = folder / "sound.mp4"
    path.write_bytes(b"".join((folder / (a or b)).read_bytes() for a, b in names))
    source = Source.file(path)
    found = analyse(Film(programs=PROGRAMS, source=source, facts=probe(PROGRAMS, source)), folder, Control()).loudness
    assert found is not None
    return found


def test_sizes_can_be_chosen(tmp_path: Path) -> None:
    path = make_film(tmp_path / "mpeg2.mpg", size="1280x720")
    master, _ = hls_of(path, tmp_path / "out", wishes=Wishes(ladder=(240, 480, 1080)))
    assert re.findall(r"^v(\d+)\.m3u8$", master, re.MULTILINE) == ["240", "480"]
