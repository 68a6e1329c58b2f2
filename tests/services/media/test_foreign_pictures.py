"""Pictures of strangers are made anew, or refused."""

import struct
from pathlib import Path

import pytest

from services.media.errors import BadMediaError
from services.media.foreign_pictures import HIGHEST, WIDEST, SmallPicture, make_small, reader_of
from tests.hostile_films import hls_in_disguise
from tests.media_films import PROGRAMS
from tests.pictures import HTML, SVG, picture, png_bomb


def small(content: bytes, folder: Path) -> SmallPicture:
    folder.mkdir(exist_ok=True)
    (folder / "given").write_bytes(content)
    return make_small(PROGRAMS, folder / "given", folder)


def bits_apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def size_of(webp: bytes) -> tuple[int, int]:
    """Of a picture without loss of a VP8 frame, as the encoder writes it."""
    at = webp.index(b"\x9d\x01\x2a") + 3
    width, height = struct.unpack("<HH", webp[at : at + 4])
    return width & 0x3FFF, height & 0x3FFF


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif"])
def test_a_picture_becomes_a_small_one_of_its_own(tmp_path: Path, kind: str) -> None:
    made = small(picture(kind, comment="secret place"), tmp_path)
    content = made.path.read_bytes()
    assert content[:4] == b"RIFF"
    assert content[8:12] == b"WEBP"
    assert size_of(content) == (640, 360)
    assert b"secret place" not in content
    assert len(made.look) == 16


@pytest.mark.parametrize(("given", "kept"), [("320x180", (320, 180)), ("301x201", (300, 200)), ("200x3000", (64, 960))])
def test_it_is_never_made_larger_and_keeps_its_shape(tmp_path: Path, given: str, kept: tuple[int, int]) -> None:
    found = size_of(small(picture("jpeg", given), tmp_path).path.read_bytes())
    assert abs(found[0] - kept[0]) <= 2
    assert abs(found[1] - kept[1]) <= 2
    assert found[0] <= WIDEST
    assert found[1] <= HIGHEST


@pytest.mark.parametrize(
    "content",
    [
        *(HTML, SVG, b"", b"\xff\xd8\xff", b"GIF89a", b"BM" + bytes(2000), b"%PDF-1.7", b"<?xml version='1.0'?>" + SVG),
        *(b"\xff\xd8\xff" + HTML * 50, b"\x89PNG\r\n\x1a\n" + SVG * 50, b"RIFF\xff\0\0\0WEBP" + HTML * 9),
    ],
)
def test_what_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadMediaError):
        small(content, tmp_path)
    assert reader_of(HTML) is reader_of(SVG) is None


def test_a_bomb_of_pixels_is_not_unpacked(tmp_path: Path) -> None:
    bomb = png_bomb()
    assert len(bomb) < 4 * 1024 * 1024
    with pytest.raises(BadMediaError):
        small(bomb, tmp_path)


@pytest.mark.parametrize("size", ["1x1", "8x200", "4000x4"])
def test_what_only_counts_who_looks_is_no_picture(tmp_path: Path, size: str) -> None:
    with pytest.raises(BadMediaError):
        small(picture("png", size, seen="color=red"), tmp_path)


def test_a_list_of_files_behind_a_signature_opens_none(tmp_path: Path) -> None:
    listed = hls_in_disguise(tmp_path / "list", "http://127.0.0.1:9/").read_bytes()
    with pytest.raises(BadMediaError):
        small(b"\xff\xd8\xff" + listed, tmp_path)


def test_the_same_picture_of_another_size_and_kind_looks_the_same_and_others_do_not(tmp_path: Path) -> None:
    one = small(picture("jpeg", "1280x720"), tmp_path / "one").look
    other = small(picture("png", "480x270"), tmp_path / "other").look
    another = small(picture("jpeg", "640x360", seen="mandelbrot"), tmp_path / "another").look
    flat = small(picture("jpeg", "640x360", seen="color=gray"), tmp_path / "flat").look
    assert bits_apart(one, other) <= 4
    assert bits_apart(one, another) > 12
    assert flat == ""
