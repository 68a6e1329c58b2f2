"""ZIP files whose length is known before their bytes: read by programs that others wrote."""

import shutil
import subprocess
import zipfile
import zlib
from datetime import datetime
from pathlib import Path

import pytest

from utils.zip_layout import ZipLayout, ZipMember, safe_names

GIB = 1024**3
MOMENT = datetime(2026, 11, 27, 3, 20, 30)  # noqa: DTZ001 - a ZIP file knows no zones


def written(path: Path, layout: ZipLayout, contents: list[bytes | None]) -> None:
    """Write the file; where there is no content, leave a hole of the member's size."""
    checksums = []
    with path.open("wb") as file:
        for member, content in zip(layout.members, contents, strict=True):
            file.write(layout.head(member))
            checksums.append(0 if content is None else zlib.crc32(content))
            if content is None:
                file.seek(member.size, 1)
            else:
                file.write(content)
            file.write(layout.tail(member, checksums[-1]))
        file.write(layout.end(checksums))


def test_what_is_stored_comes_out_again(tmp_path: Path) -> None:
    contents: list[bytes | None] = [b"one", b"", b"three" * 1000]
    names = ["einü.mp4", "empty.mp4", "日本語.mp4"]
    members = [
        ZipMember(name=name, size=len(content or b""), modified=MOMENT)
        for name, content in zip(names, contents, strict=True)
    ]
    layout, path = ZipLayout(members), tmp_path / "films.zip"
    written(path, layout, contents)
    assert path.stat().st_size == layout.size
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert [file.read(name) for name in names] == contents
        assert file.infolist()[0].date_time == (2026, 11, 27, 3, 20, 30)
        assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_STORED}


def test_what_is_larger_than_32_bits_can_say(tmp_path: Path) -> None:
    sizes = [5 * GIB, 10, 2**32 - 1, 2**32 - 2]
    members = [ZipMember(name=f"{number}.mp4", size=size, modified=MOMENT) for number, size in enumerate(sizes)]
    layout, path = ZipLayout(members), tmp_path / "large.zip"
    written(path, layout, [None, b"0123456789", None, None])
    assert path.stat().st_size == layout.size
    with zipfile.ZipFile(path) as file:
        assert [info.file_size for info in file.infolist()] == sizes
        assert file.read("1.mp4") == b"0123456789"
    if shutil.which("unzip"):
        told = subprocess.run(["unzip", "-p", path, "1.mp4"], capture_output=True, check=True)
        assert told.stdout == b"0123456789"


def test_more_files_than_16_bits_can_count(tmp_path: Path) -> None:
    members = [ZipMember(name=f"{number}.mp4", size=0, modified=MOMENT) for number in range(70_000)]
    layout, path = ZipLayout(members), tmp_path / "many.zip"
    written(path, layout, [b""] * len(members))
    assert path.stat().st_size == layout.size
    with zipfile.ZipFile(path) as file:
        assert len(file.infolist()) == 70_000


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        (["film.mp4", "film.mp4", "Film.MP4"], ["film.mp4", "film (2).mp4", "Film (3).MP4"]),
        (["a (2).mp4", "a.mp4", "a.mp4"], ["a (2).mp4", "a.mp4", "a (3).mp4"]),
        (["../../etc/passwd.mp4"], ["_.._etc_passwd.mp4"]),
        (['what\\is/this:*?"<>|.mp4'], ["what_is_this_______.mp4"]),
        (["CON.mp4", "con", "lpt1.mov", "console.mp4"], ["_CON.mp4", "_con", "_lpt1.mov", "console.mp4"]),
        (["", " . ", "...mp4"], ["video", "video (2)", "mp4"]),
        (["evil\u202e4pm.exe", "new\nline.mp4"], ["evil_4pm.exe", "new_line.mp4"]),
        (["\ud800.mp4"], ["_.mp4"]),
    ],
)
def test_names_are_safe_everywhere_and_no_two_alike(given: list[str], safe: list[str]) -> None:
    assert safe_names(given) == safe


def test_long_names_keep_their_ending() -> None:
    [name] = safe_names(["ü" * 500 + ".mp4"])
    assert name.endswith("ü.mp4")
    assert len(name.encode()) <= 200
