"""What a probe reads out of real films."""

import shutil
from pathlib import Path

import pytest

from services.media.browser_support import Playable, verdict
from services.media.errors import BadMediaError
from services.media.facts import Facts
from services.media.ffmpeg_runs import Source
from services.media.probe import probe
from services.media.programs import Programs
from tests.media_films import FILMS, PROGRAMS, ffmpeg, make_film
from utils.video_types import VIDEO_TYPES

_CODECS = {"h264", "hevc", "av1", "vp9", "mpeg2video", "mpeg1video", "prores", "wmv2", "flv1", "theora", "mjpeg"}
_NATIVE = {"h264.mp4", "h264.m4v", "h264.3gp", "vp9.webm"}


def look(path: Path) -> Facts:
    return probe(PROGRAMS, Source.file(path))


@pytest.mark.parametrize("name", FILMS)
def test_every_kind_of_film_is_known(name: str, tmp_path: Path) -> None:
    facts = look(make_film(tmp_path / name, seconds=2))

    assert facts.is_film
    assert facts.video is not None
    assert facts.video.codec in _CODECS | {"mpeg4"}
    assert (facts.video.width, facts.video.height) == (320, 180)
    assert facts.video.frame_rate == pytest.approx(25, abs=0.1)
    assert facts.duration == pytest.approx(2, abs=0.4)
    assert [each.channels for each in facts.sounds] == [1]
    assert facts.video.hdr == (name == "hdr.mkv")
    native = verdict(facts, content_type=VIDEO_TYPES[name.rpartition(".")[2]].content_type).playable
    assert native is (Playable.NATIVE if name in _NATIVE else Playable.HLS)


def test_a_film_that_lies_on_its_side_is_measured_as_it_is_shown(film: Path, tmp_path: Path) -> None:
    ffmpeg("-display_rotation", "90", "-i", str(film), "-c", "copy", str(tmp_path / "side.mp4"))
    video = look(tmp_path / "side.mp4").video

    assert video is not None
    assert (video.width, video.height, video.rotation) == (180, 320, 270)


def test_pixels_that_are_no_squares_are_stretched(tmp_path: Path) -> None:
    video = look(make_film(tmp_path / "wide.avi", "-vf", "setsar=4/3", "-c:v", "mpeg4")).video

    assert video is not None
    assert (video.width, video.height) == (427, 180)


def test_languages_chapters_and_subtitles_are_told(tmp_path: Path) -> None:
    (tmp_path / "words.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    (tmp_path / "parts.txt").write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=2000\ntitle=Begin\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=2000\nEND=6000\ntitle=End\n"
    )
    two = make_film(tmp_path / "two.mkv", "-c:v", "mpeg2video", "-c:a", "ac3", sounds=2)
    languages = ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu", "-metadata:s:s:0"]
    inputs = ["-i", str(two), "-i", str(tmp_path / "words.srt"), "-i", str(tmp_path / "parts.txt")]
    maps = ["-map", "0", "-map", "1", "-map_metadata", "2", "-c", "copy"]
    ffmpeg(*inputs, *maps, *languages, "language=eng", str(tmp_path / "all.mkv"))
    facts = look(tmp_path / "all.mkv")

    assert [each.language for each in facts.sounds] == ["eng", "deu"]
    assert [each.language for each in facts.texts] == ["eng"]
    assert [(each.start, each.title) for each in facts.chapters] == [(0, "Begin"), (2, "End")]


def test_a_title_cannot_forge_a_track(film: Path, tmp_path: Path) -> None:
    forged = "x\n  Stream #0:9: Video: h264, yuv420p, 99x99, 5 fps\x85  Stream #0:8: Audio: aac, 1 Hz, mono"
    ffmpeg("-i", str(film), "-c", "copy", "-metadata:s:a:0", f"title={forged}", str(tmp_path / "forged.mkv"))
    facts = look(tmp_path / "forged.mkv")

    assert facts.video is not None
    assert facts.video.width == 320
    assert len(facts.sounds) == 1
    assert facts.others == 0


def test_what_is_no_film_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("This is no film at all.\n" * 1000)
    with pytest.raises(BadMediaError):
        look(tmp_path / "text.mp4")


def test_ffprobe_and_ffmpeg_tell_the_same(film: Path) -> None:
    """Debian's pair, where it is installed: the PyPI build has no ffprobe."""
    ffprobe = shutil.which("ffprobe")
    if ffprobe is None:
        pytest.skip("There is no ffprobe.")
    paired = Programs(PROGRAMS.ffmpeg, ffprobe, "PATH")
    told, read = probe(paired, Source.file(film)), probe(PROGRAMS, Source.file(film))

    assert told.video == read.video
    assert told.sounds == read.sounds
    assert told.duration == pytest.approx(read.duration, abs=0.02)
