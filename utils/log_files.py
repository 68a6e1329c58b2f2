"""A log file that many processes write into, and that makes way for a new one when it has grown.

Whoever writes holds a lock beside the file for that moment, so that no line is torn and one alone moves files on:
`log` becomes `log.1`, that becomes `log.2`, and the last is deleted. How large and how many is in the lock's file,
where processes that know nothing of settings find it as well.
"""

import fcntl
import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from utils.sizes import MIB

USUAL_MB, USUAL_COUNT = 10, 5
_MODE = 0o640
_turns = [threading.Lock()]


def _forget_turns() -> None:
    """In a process that was forked, whoever had the turn is not there."""
    _turns[0] = threading.Lock()


os.register_at_fork(after_in_child=_forget_turns)


class SharedLogFile(logging.Handler):
    """Appends lines. Where the file cannot be written, that is said once, and the lines go elsewhere alone."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: int | None = None
        self._is_missed = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line, or several that belong together."""
        try:
            line = self.format(record).encode("utf-8", "replace") + b"\n"
            with _locked(self._path) as lock:
                self._append(line, *_limits(lock))
            self._is_missed = False
        except OSError as error:
            if not self._is_missed:
                print(f"LOG_FILE cannot be written: {error}", file=sys.stderr)  # noqa: T201 - the log is what fails
            self._is_missed = True
        except Exception:  # noqa: BLE001 - whoever logs goes on, as with all handlers
            self.handleError(record)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        super().close()

    def _append(self, line: bytes, largest: int, count: int) -> None:
        file = self._opened()
        size = os.fstat(file).st_size
        if size and size + len(line) > largest:
            _move_on(self._path, count)
            file = self._opened()
        left = memoryview(line)
        while left:
            left = left[os.write(file, left) :]

    def _opened(self) -> int:
        """The file that is there now: another process may have moved on."""
        if self._file is not None:
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(self._file), os.stat(self._path)):  # noqa: PTH116 - beside the other
                    return self._file
            os.close(self._file)
            self._file = None
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _MODE)
        return self._file


def keep_to(path: Path, *, megabytes: int, count: int) -> None:
    """Have a log file grow to so many MiB, and so many older ones be kept, in all processes."""
    with suppress(OSError), _locked(path) as lock:
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{megabytes * MIB} {count}".encode(), 0)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Hold the lock; yields its file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _turns[0]:
        lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
        try:
            # Of this kind a process that is forked meanwhile inherits none. It is among processes, and not threads.
            fcntl.lockf(lock, fcntl.LOCK_EX)
            yield lock
        finally:
            os.close(lock)


def _limits(lock: int) -> tuple[int, int]:
    """The largest size in bytes, and how many older files are kept."""
    largest, _, count = os.pread(lock, 64, 0).decode("ascii", "replace").partition(" ")
    if largest.isdecimal() and count.isdecimal():
        return int(largest), int(count)
    return USUAL_MB * MIB, USUAL_COUNT


def _move_on(path: Path, count: int) -> None:
    def older(number: int) -> Path:
        return path.with_name(f"{path.name}.{number}") if number else path

    # Those beyond the number are of a time when more were kept.
    number = count + 1
    while number > count and older(number).exists():
        older(number).unlink()
        number += 1
    if count == 0:
        path.unlink()
        return
    for number in reversed(range(count)):
        with suppress(FileNotFoundError):
            older(number).replace(older(number + 1))
