"""What the scripts start must end, whatever becomes of the starter."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from scripts.processes import running

ROOT = Path(__file__).resolve().parents[2]


def test_a_process_ends_with_the_block() -> None:
    with running(["sleep", "600"]) as process:
        assert process.poll() is None
    assert process.returncode == -signal.SIGTERM


def test_a_process_ends_when_the_block_fails() -> None:
    with pytest.raises(KeyError), running(["sleep", "600"]) as process:
        raise KeyError
    assert process.returncode is not None


def test_its_children_end_too_when_it_leaves_them_behind(tmp_path: Path) -> None:
    note = tmp_path / "child"
    os.mkfifo(note)
    with running(["sh", "-c", f"sleep 600 & echo $! > {note}; wait"]):
        child = psutil.Process(int(note.read_text()))
    child.wait(timeout=10)


def test_ctrl_c_at_the_terminal_does_not_reach_it() -> None:
    with running(["sleep", "600"]) as process:
        assert os.getpgid(process.pid) == process.pid != os.getpgrp()


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells a process that its parent died.")
def test_it_dies_with_a_starter_that_is_killed() -> None:
    starter = """
from scripts.azurite import running_azurite
with running_azurite() as azurite:
    print(azurite.pid, flush=True)
    input()
"""
    command = [sys.executable, "-c", starter]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        azurite = psutil.Process(int(process.stdout.readline()))
        process.kill()
        process.wait()
        azurite.wait(timeout=10)
