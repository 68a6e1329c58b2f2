"""What an upload leaves on the local disk: nothing, not even for a moment."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from scripts.processes import running
from tests.server import Server
from tests.videos import mp4
from utils.sizes import MIB

# A line such as: 1234 openat(AT_FDCWD, "/tmp/x", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 7. Attempts that fail count as well.
_OPENED_TO_WRITE = re.compile(
    r'"(?P<path>[^"]*)", [A-Z_|]*(?:O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE)|\bcreat\("(?P<made>[^"]*)"'
)
# What holds no byte of an upload: the index of the library, the database, the clock from which the SDK makes its
# request ids, and the figures, in memory, of which a worker opens the last kind when it is first counted.
_EXPECTED = re.compile(
    r"/(?:catalogue|reelgate)\.sqlite3(?:-wal|-shm|-journal)?$"
    r"|^/var/lib/libuuid/clock\.txt$|^/dev/null$|^/dev/shm/reelgate-metrics-\w+/\w+\.db$"
)


@contextmanager
def opened_files(pid: int, log: Path) -> Iterator[list[str]]:
    """Collect the names of the files that the process and its threads open for writing inside the block."""
    found: list[str] = []
    calls = "trace=open,openat,openat2,creat"
    with running(["strace", "-f", "-e", calls, "-o", str(log), "-p", str(pid)]):
        _wait_for_tracer(pid)
        yield found
    matches = map(_OPENED_TO_WRITE.search, log.read_text().splitlines())
    found += [match["path"] or match["made"] for match in matches if match]


def _wait_for_tracer(pid: int) -> None:
    """Wait until every thread of the process is traced."""
    deadline = time.monotonic() + 30
    while any("TracerPid:\t0\n" in status.read_text() for status in Path(f"/proc/{pid}/task").glob("*/status")):
        assert time.monotonic() < deadline, "strace does not get hold of the process."
        time.sleep(0.02)


@pytest.mark.skipif(shutil.which("strace") is None, reason="No strace on this machine.")
@pytest.mark.parametrize("door", ["form", "put"])
def test_an_upload_opens_no_file_to_write(server: Server, tmp_path: Path, door: str) -> None:
    [worker] = server.workers
    content = mp4(12 * MIB)
    with opened_files(worker.pid, tmp_path / "strace.log") as opened:
        if door == "form":
            answer = requests.post(f"{server.url}/api/upload", files={"file": ("film.mp4", content)}, timeout=60)
        else:
            answer = requests.put(f"{server.url}/api/upload/film.mp4", data=content, timeout=60)
        assert answer.status_code == 201
    assert [path for path in opened if not _EXPECTED.search(path)] == []
