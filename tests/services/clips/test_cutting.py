"""Cuts of real films, checked picture by picture."""

from pathlib import Path

import pytest

from services.clips.cutting import Cut, Span, cut_exact, cut_fast, extension_for, room_for
from services.clips.joining import join
from services.media.errors import BadMediaError
from services.media.facts import Facts
from services.media.ffmpeg_runs import Source
from services.media.pictures import Film
from services.media.probe import probe
from services.media.program_runs import Control
from tests.media_films import PROGRAMS, make_film
from tests.numbered_films import RATE, numbered_film, numbers

pytestmark = pytest.mark.thorough

_NO_MORE_KEYS = ("-sc_threshold", "1000000000")
MPEG2 = ("-c:v", "mpeg2video", "-b:v", "4M", *_NO_MORE_KEYS, "-c:a", "mp2")


def opened(path: Path) -> Film:
    source = Source.file(path)
    return Film(programs=PROGRAMS, source=source, facts=probe(PROGRAMS, source), size=path.stat().st_size)


def cut(path: Path, start: float, end: float, *, exact: bool) -> Cut:
    folder = path.parent / f"{path.stem}-{start}-{exact}"
    folder.mkdir(exist_ok=True)
    extension = extension_for(path.suffix[1:], exact=exact)
    span, control = Span(start=start, end=end), Control()
    if exact:
        return cut_exact(opened(path), span, folder, control, extension=extension, megabytes=64)
    return cut_fast(opened(path), span, folder, control, extension=extension, megabytes=64)


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [(0, 1, 0, 24), (1.0, 3.0, 25, 74), (2.04, 2.08, 51, 51), (3.01, 4.01, 76, 100), (6.2, 8.0, 155, 199)],
)
def test_an_exact_clip_has_just_the_pictures_from_its_start_up_to_its_end(
    start: float, end: float, first: int, last: int, tmp_path: Path
) -> None:
    film = numbered_film(tmp_path / "film.mp4")
    made = cut(film, start, end, exact=True)
    assert numbers(made.path) == list(range(first, last + 1))
    assert made.begins == start


@pytest.mark.parametrize("name", ["film.mkv", "film.ts", "film.mov"])
def test_an_exact_clip_is_so_whatever_its_film_is_wrapped_in(name: str, tmp_path: Path) -> None:
    made = cut(numbered_film(tmp_path / name), 2.2, 4.6, exact=True)
    assert numbers(made.path) == list(range(55, 115))


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("film.mp4", ()),
        ("film.mov", ()),
        ("film.mkv", ()),
        ("film.ts", ()),
        ("film.flv", ()),
        ("film.mpg", MPEG2),
        ("film.avi", ("-c:v", "mpeg4", "-q:v", "2", *_NO_MORE_KEYS, "-c:a", "libmp3lame")),
        ("film.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")),
    ],
)
def test_a_fast_clip_begins_with_the_key_frame_before_its_start(
    name: str, encoding: tuple[str, ...], tmp_path: Path
) -> None:
    film = numbered_film(tmp_path / name, *encoding)
    made = cut(film, 4.6, 6.4, exact=False)
    shown, end = numbers(made.path), round(6.4 * RATE)
    # Behind the end there may be a picture that others before the end are made of.
    assert [each for each in shown if each < end] == list(range(shown[0], end))
    assert shown[-1] <= end + 8
    assert shown[0] % 50 == 0
    assert shown[0] <= round(4.6 * RATE)
    if name in {"film.mp4", "film.mov", "film.mkv", "film.webm"}:
        assert shown[0] == 100
    assert made.begins == pytest.approx(shown[0] / RATE, abs=0.05)


def test_a_fast_clip_that_starts_at_a_key_frame_begins_there(tmp_path: Path) -> None:
    made = cut(numbered_film(tmp_path / "film.mp4"), 2.0, 3.0, exact=False)
    assert numbers(made.path)[0] == 50
    assert made.begins == pytest.approx(2.0, abs=0.001)


def test_the_same_fast_clip_is_the_same_bytes(tmp_path: Path) -> None:
    film = numbered_film(tmp_path / "film.mp4")
    one = cut(film, 2.5, 4.0, exact=False).path.read_bytes()
    assert cut(film, 2.5, 4.0, exact=False).path.read_bytes() == one


def test_what_is_only_heard_can_be_cut(tmp_path: Path) -> None:
    sound = tmp_path / "sound.mkv"
    make_film(sound, "-vn", "-c:a", "aac", "-map", "1:a", seconds=6)
    made = cut(sound, 2.0, 4.0, exact=False)
    assert made.begins <= 2.0
    assert probe(PROGRAMS, Source.file(made.path)).duration == pytest.approx(4.0 - made.begins, abs=0.2)


def test_a_part_behind_the_end_is_refused_in_words(tmp_path: Path) -> None:
    film = numbered_film(tmp_path / "film.mp4")
    with pytest.raises(BadMediaError):
        cut(film, 60.0, 61.0, exact=True)


def test_clips_of_several_films_become_one(tmp_path: Path) -> None:
    one = numbered_film(tmp_path / "one.mp4", seconds=2)
    other = make_film(tmp_path / "h264.mkv", seconds=2)
    silent = numbered_film(tmp_path / "silent.mp4", seconds=1, sound=False)
    path = join([opened(each) for each in (one, other, silent)], tmp_path, Control(), megabytes=64)
    facts = probe(PROGRAMS, Source.file(path))
    assert facts.duration == pytest.approx(5.0, abs=0.3)
    assert facts.video is not None
    assert (facts.video.width, facts.video.height) == (64, 36)
    assert len(facts.sounds) == 1


def test_nothing_is_joined_that_nobody_could_see(tmp_path: Path) -> None:
    sound = tmp_path / "sound.mkv"
    make_film(sound, "-vn", "-c:a", "aac", "-map", "1:a", seconds=1)
    with pytest.raises(BadMediaError, match="picture"):
        join([opened(sound)], tmp_path, Control(), megabytes=64)


def test_the_room_for_a_clip_grows_with_its_share_of_the_film() -> None:
    gigabyte = 1024 * 1024 * 1024
    facts = Facts(duration=3600)
    assert room_for(Span(start=0, end=10), facts, size=gigabyte, exact=False) < 160
    assert room_for(Span(start=0, end=3600), facts, size=gigabyte, exact=False) > 2000
    assert room_for(Span(start=0, end=10), Facts(), size=gigabyte, exact=False) > 2000
    assert room_for(Span(start=0, end=10), facts, size=gigabyte, exact=True) == 124
