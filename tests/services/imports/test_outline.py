"""The outline of a film: what ffmpeg needs to look into it, and whether its end is there."""

import random
from pathlib import Path

import pytest

from services.imports.outline import Outline
from services.media.ffmpeg_runs import Source
from services.media.probe import probe
from tests.media_films import FILMS, PROGRAMS, make_film

pytestmark = pytest.mark.thorough

KINDS = ("h264.mp4", "h264.m4v", "h264.mkv", "h264.ts", "vp9.webm", "mpeg4.avi", "flv1.flv")


def outline_of(data: bytes, path: Path, *, pieces: int) -> Outline:
    rng = random.Random(pieces)
    with Outline(path) as outline:
        at = 0
        while at < len(data):
            step = rng.randint(1, pieces)
            outline.feed(data[at : at + step])
            at += step
        outline.finish()
    return outline


@pytest.mark.parametrize("kind", KINDS)
def test_ffmpeg_sees_in_it_what_it_sees_in_the_film(kind: str, tmp_path: Path) -> None:
    assert kind in FILMS
    film = make_film(tmp_path / kind)
    data = film.read_bytes()
    whole = probe(PROGRAMS, Source.file(film))
    for pieces in (7, 5000, len(data)):
        outline = outline_of(data, tmp_path / "outline", pieces=pieces)
        assert not outline.lacks_its_end
        seen = probe(PROGRAMS, Source.file(outline.path))
        assert (seen.video, seen.sounds) == (whole.video, whole.sounds)
        assert seen.duration == pytest.approx(whole.duration, abs=0.1)


@pytest.mark.parametrize("kind", ["h264.mp4", "h264.m4v", "h264.mkv", "vp9.webm", "mpeg4.avi"])
def test_an_end_that_is_missing_is_seen(kind: str, tmp_path: Path) -> None:
    data = make_film(tmp_path / kind).read_bytes()
    for short in (data[:-1], data[: len(data) // 2], data[:3000]):
        assert outline_of(short, tmp_path / "outline", pieces=1000).lacks_its_end


def test_of_a_large_film_little_is_kept(tmp_path: Path) -> None:
    box = (60_000_000 + 8).to_bytes(4) + b"mdat"
    with Outline(tmp_path / "outline") as outline:
        outline.feed(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + box)
        for _ in range(60):
            outline.feed(b"x" * 1_000_000)
        outline.feed(b"\0\0\0\x10moov12345678")
        outline.finish()
    assert not outline.lacks_its_end
    found = outline.path.stat()
    assert found.st_size == outline.size
    assert found.st_blocks * 512 < 12_000_000
    with outline.path.open("rb") as kept:
        kept.seek(-16, 2)
        assert kept.read() == b"\0\0\0\x10moov12345678"


def test_what_no_box_can_be_says_nothing_of_what_follows(tmp_path: Path) -> None:
    begin = b"\0\0\0\x18ftypisom\0\0\0\0isommp42"
    for rest in (b"\0\0\0\0mdat" + bytes(100), bytes(100), b"\0\0\0\x10\x01\x02\x03\x04"):
        assert not outline_of(begin + b"\0\0\0\x08free" * 300 + rest, tmp_path / "outline", pieces=50).lacks_its_end


def test_what_is_kept_is_counted_as_the_disk_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.imports.outline._HEAD", 0)
    monkeypatch.setattr("services.imports.outline._OF_A_BOX", 0)
    monkeypatch.setattr("services.imports.outline._MOST_KEPT", 1024 * 1024)
    box = (8192).to_bytes(4) + b"mdat" + bytes(8184)
    with Outline(tmp_path / "outline") as outline:
        outline.feed(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0\0\0\x08free" * 200)
        for _ in range(1000):
            outline.feed(box)
        outline.finish()
    assert not outline.is_complete
    assert outline.path.stat().st_blocks * 512 <= 1024 * 1024 + 4096
