"""Scratch space: a folder for each piece of work, all of them together no larger than is allowed.

What a folder may take is written into it and its file is locked while it is in use: the lock of a process that was
killed is gone with it, and so whoever comes next knows what is left over.
"""

import contextlib
import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.media.errors import BadMediaError, NoScratchRoomError
from utils.sizes import MIB

_LOCK = ".reserved"


@dataclass(frozen=True)
class Scratch:
    """The scratch space that all processes of this machine share which are given the same folder."""

    root: Path
    megabytes: int

    @contextlib.contextmanager
    def folder(self, megabytes: int) -> Iterator["ScratchFolder"]:
        """A folder that may hold so much, and is gone after the block; raises `NoScratchRoomError`."""
        folder = self._reserve(min(megabytes, self.megabytes))
        try:
            yield folder
        finally:
            folder.remove()

    def sweep(self) -> int:
        """Remove what killed processes have left; returns how many folders that were."""
        with self._alone():
            return self._sweep()

    def _reserve(self, megabytes: int) -> "ScratchFolder":
        with self._alone():
            self._sweep()
            taken = sum(_reserved(each) for each in self._folders())
            if taken + megabytes > self.megabytes:
                raise NoScratchRoomError(
                    f"{taken} of {self.megabytes} MB of scratch space are in use. TEMP_MAX_MB allows more."
                )
            path = self.root / uuid.uuid4().hex
            path.mkdir(mode=0o700)
            lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.write(lock, str(megabytes).encode())
            return ScratchFolder(path, megabytes, lock)

    def _sweep(self) -> int:
        count = 0
        for path in self._folders():
            if not _in_use(path):
                shutil.rmtree(path, ignore_errors=True)
                count += 1
        return count

    def _folders(self) -> list[Path]:
        return [path for path in self.root.iterdir() if path.is_dir()]

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@dataclass(frozen=True)
class ScratchFolder:
    """A folder of one piece of work."""

    path: Path
    megabytes: int
    _lock: int

    def check(self) -> None:
        """Raise `BadMediaError` when more lies in it than was reserved."""
        used = sum(entry.stat().st_size for entry in _files(self.path))
        if used > self.megabytes * MIB:
            raise BadMediaError(f"What is made from the film takes more than {self.megabytes} MB at once.")

    def remove(self) -> None:
        """Delete all that is in it, and let go of its room."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _files(path: Path) -> Iterator[os.DirEntry[str]]:
    for entry in os.scandir(path):
        # ffmpeg renames and deletes files while they are counted.
        with contextlib.suppress(FileNotFoundError):
            if entry.is_dir(follow_symlinks=False):
                yield from _files(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                entry.stat()
                yield entry


def _in_use(path: Path) -> bool:
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False  # Its owner was killed before it had a lock, or while it was removed.
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _reserved(path: Path) -> int:
    try:
        text = (path / _LOCK).read_text()
    except FileNotFoundError:
        return 0
    return int(text) if text.isdecimal() else 0
