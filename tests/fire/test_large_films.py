"""A film of 5 GiB, most of it nothing: what counts bytes beyond 4 GiB, and what must not grow with a film."""

import hashlib
import io
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.media_films import PROGRAMS
from tests.server import Server, eventually, running_server
from utils.sizes import MIB

pytestmark = pytest.mark.fire

_GIB = 1024 * MIB
_RATE, _WIDTH, _HEIGHT = 5, 1280, 720
_SECONDS = 5 * _GIB // (_RATE * _WIDTH * _HEIGHT * 3) + 1
_WHITE_FROM = _SECONDS - 10
_GROWTH = 200 * MIB
"""Bytes that a worker may take more than before: the budget of uploads, and what the allocator keeps."""


class Remote(io.RawIOBase):
    """A file behind an address, read by ranges."""

    def __init__(self, url: str, size: int) -> None:
        """`size` in bytes."""
        self._url, self._size, self._at = url, size, 0

    def seekable(self) -> bool:
        """It is."""
        return True

    def readable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        """Where it is."""
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes, or all that are left."""
        end = self._size if size < 0 else min(self._size, self._at + size)
        if end <= self._at:
            return b""
        answer = requests.get(self._url, headers={"Range": f"bytes={self._at}-{end - 1}"}, timeout=120)
        assert answer.status_code == 206
        self._at = end
        return answer.content


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Black pictures as they are, and white ones in the last ten seconds."""
    path = tmp_path_factory.mktemp("large") / "large.mov"
    white = f"drawbox=enable='gte(t,{_WHITE_FROM})':color=white:thickness=fill"
    picture = f"color=black:size={_WIDTH}x{_HEIGHT}:rate={_RATE}:duration={_SECONDS},format=rgb24,{white}"
    command = [PROGRAMS.ffmpeg, "-nostdin", "-v", "error", "-f", "lavfi", "-i", picture, "-c:v", "rawvideo", str(path)]
    subprocess.run(command, check=True, timeout=600)
    subprocess.run(["fallocate", "--dig-holes", str(path)], check=True, timeout=600)
    assert path.stat().st_size > 5 * _GIB
    return path


@pytest.fixture(scope="module")
def server(azurite: str) -> Iterator[Server]:
    """A server whose worker cuts clips."""
    with running_server(azurite, worker_concurrency=1) as running:
        yield running


@pytest.fixture(scope="module")
def video(server: Server, film: Path) -> dict[str, Any]:
    """The film, put in whole; the worker processes stay small meanwhile."""
    before = memory(server)
    with film.open("rb") as body:
        answer = requests.put(f"{server.url}/api/upload/large.mov?processing=none", data=body, timeout=1200)
    assert answer.status_code == 201, answer.text
    assert memory(server) <= before + _GROWTH
    return dict(answer.json())


def memory(server: Server) -> int:
    """Bytes that the largest worker holds."""
    return max(int(each.memory_info().rss) for each in server.workers)


def test_all_of_it_is_there(server: Server, film: Path, video: dict[str, Any]) -> None:
    size = film.stat().st_size
    with film.open("rb") as file:
        assert video["sha256"] == hashlib.file_digest(file, "sha256").hexdigest()
        for start in (0, 4 * _GIB - 100, 4 * _GIB, size - 3 * MIB):
            file.seek(start)
            part = requests.get(
                f"{server.url}{video['links']['content']}",
                headers={"Range": f"bytes={start}-{start + MIB - 1}"},
                timeout=60,
            )
            assert part.headers["Content-Range"] == f"bytes {start}-{start + MIB - 1}/{size}"
            assert part.content == file.read(MIB)


def test_a_clip_is_cut_out_of_what_lies_beyond_4_gib(server: Server, video: dict[str, Any], tmp_path: Path) -> None:
    wish = {"start": _WHITE_FROM + 2, "end": _WHITE_FROM + 4}
    begun = requests.post(f"{server.url}{video['links']['self']}/clips", json=wish, timeout=30).json()
    address = f"{server.url}/api/clips/{begun['clip']['id']}"
    eventually(lambda: requests.get(address, timeout=30).json()["state"] == "ready", patience=120)
    clip = tmp_path / "clip.mov"
    clip.write_bytes(requests.get(f"{server.url}{begun['clip']['links']['content']}", timeout=60).content)
    command = [PROGRAMS.ffmpeg, "-nostdin", "-v", "error", "-i", str(clip), "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    pictures = subprocess.run(command, check=True, capture_output=True, timeout=120).stdout
    # Pictures stay as they are: the one at the end comes along.
    assert len(pictures) == (2 * _RATE + 1) * _WIDTH * _HEIGHT
    assert min(pictures) == 255


def test_it_comes_in_a_zip_file_that_knows_large_files(server: Server, video: dict[str, Any]) -> None:
    url, before = f"{server.url}/api/zip?id={video['id']}", memory(server)
    size = int(requests.head(url, timeout=60).headers["Content-Length"])
    assert size > video["size"]
    with requests.get(url, stream=True, timeout=1200) as whole:
        assert sum(map(len, whole.iter_content(MIB))) == size
    assert memory(server) <= before + _GROWTH
    # What has read all of it once can begin anywhere.
    with zipfile.ZipFile(Remote(url, size)) as file:
        [entry] = file.infolist()
        assert (entry.filename, entry.file_size) == ("large.mov", video["size"])
        with file.open(entry) as inside:
            assert inside.read(12)[4:8] == b"ftyp"
