"""Scratch space: bounded over all processes, and clean after each of them."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.media.errors import BadMediaError, NoScratchRoomError
from services.media.scratch import Scratch
from utils.sizes import MIB

_ROOT = Path(__file__).resolve().parents[3]
_HOLDER = """
import sys
from pathlib import Path
from services.media.scratch import Scratch
with Scratch(Path(sys.argv[1]), 100).folder(80) as folder:
    (folder.path / "segment").write_bytes(bytes(1000))
    print("holding", flush=True)
    sys.stdin.read()
"""


def test_what_is_taken_by_another_process_has_to_be_waited_for(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path, 100)
    with _holder(tmp_path) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"holding\n"
        with pytest.raises(NoScratchRoomError), scratch.folder(40):
            pass
        with scratch.folder(20):
            pass
        holder.kill()
    with scratch.folder(100) as folder:
        # What the killed process had is gone, and its room is free.
        assert [path for path in tmp_path.iterdir() if path.is_dir()] == [folder.path]


def test_a_folder_is_gone_after_its_work(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path, 100)
    with scratch.folder(10) as folder:
        (folder.path / "deep").mkdir()
        (folder.path / "deep" / "file").write_text("x")
        assert scratch.sweep() == 0
    assert not folder.path.exists()


def test_more_than_was_reserved_is_refused(tmp_path: Path) -> None:
    with Scratch(tmp_path, 100).folder(1) as folder:
        folder.check()
        (folder.path / "file").write_bytes(bytes(2 * MIB))
        with pytest.raises(BadMediaError):
            folder.check()


def _holder(root: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(root)], cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
