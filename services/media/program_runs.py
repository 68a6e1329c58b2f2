"""Runs of programs on hostile ground: what one may take and say is limited, and nothing of it outlives its run."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.media.confined_command import Limits, confined
from services.media.errors import BadMediaError, ToolMissingError
from utils.sizes import MIB

_STEP = 0.25
_MOST_OUTPUT = 4 * MIB
ENVIRONMENT: Mapping[str, str] = {"PATH": os.defpath, "LC_ALL": "C", "AV_LOG_FORCE_NOCOLOR": "1"}
"""What a program is told of its surroundings: its own settings, fonts and proxies are nothing to a film."""


@dataclass(frozen=True)
class Output:
    """What a run said."""

    stdout: bytes
    stderr: str


@dataclass(frozen=True, kw_only=True)
class Control:
    """How a run is watched and ended from outside."""

    seconds: float = 120.0
    """The longest that it may take."""
    progress: Callable[[float], None] | None = None
    """Told how many seconds of the film are done."""
    watch: Callable[[], None] | None = None
    """Called four times a second; what it raises ends the run, as anything does that is raised meanwhile."""


STANDARD = Control()


def run_program(
    program: str,
    arguments: Sequence[str],
    *,
    limits: Limits,
    control: Control = STANDARD,
    stdin: Path | None = None,
    environment: Mapping[str, str] = ENVIRONMENT,
) -> tuple[int, Output]:
    """Run the program to its end; returns its status, below 0 where a signal has ended it, and what it has said.

    A line `out_time_us=<microseconds>` of its output tells its progress, as ffmpeg writes that. Raises `BadMediaError`
    when it takes too long, `ToolMissingError` when it cannot be started, and whatever `control.watch` raises.
    """
    with running(program, arguments, limits=limits, stdin=stdin, environment=environment) as process:
        output = _watched(process, control)
        return process.wait(), output


@contextlib.contextmanager
def running(
    program: str,
    arguments: Sequence[str],
    *,
    limits: Limits,
    stdin: Path | None = None,
    environment: Mapping[str, str] = ENVIRONMENT,
    folder: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """The program while it runs, with pipes to read what it says; ended, with all that it has begun, after the block.

    Raises `ToolMissingError` when it cannot be started.
    """
    try:
        with contextlib.ExitStack() as opened:
            process = subprocess.Popen(  # noqa: S603 - a list of arguments, no shell
                confined([program, *arguments], limits),
                stdin=subprocess.DEVNULL if stdin is None else opened.enter_context(stdin.open("rb")),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
                cwd=folder,
                # Its helpers, where it has any, are killed with it.
                process_group=0,
            )
    except OSError as error:
        raise ToolMissingError(f"{program} cannot be started: {error.strerror}.") from error
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _watched(process: subprocess.Popen[bytes], control: Control) -> Output:
    assert process.stdout is not None  # noqa: S101 - pipes were asked for
    assert process.stderr is not None  # noqa: S101
    out, err = process.stdout.fileno(), process.stderr.fileno()
    said = {out: bytearray(), err: bytearray()}
    deadline = time.monotonic() + control.seconds
    with selectors.DefaultSelector() as selector:
        for pipe in said:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select(_STEP):
                chunk = os.read(key.fd, 64 * 1024)
                if not chunk:
                    selector.unregister(key.fd)
                _take(said[key.fd], chunk, control if key.fd == out else None)
            _go_on(control, deadline)
    return Output(bytes(said[out]), said[err].decode("utf-8", "replace"))


def _take(said: bytearray, chunk: bytes, control: Control | None) -> None:
    said += chunk
    # A film that makes ffmpeg talk for ever says the same again and again: the end of it is enough.
    del said[:-_MOST_OUTPUT]
    if control is None or control.progress is None:
        return
    seconds = _last_time(said)
    if seconds is not None:
        control.progress(seconds)


def _last_time(said: bytearray) -> float | None:
    """The newest `out_time_us=` of what `-progress` has written."""
    begin = said.rfind(b"out_time_us=")
    line, ended, _ = said[begin:].partition(b"\n")
    value = line.partition(b"=")[2]
    if begin < 0 or not ended or not value.isdigit():
        return None
    return int(value) / 1_000_000


def _go_on(control: Control, deadline: float) -> None:
    if time.monotonic() > deadline:
        raise BadMediaError(f"The film was abandoned after {control.seconds:.0f} s of work.")
    if control.watch is not None:
        control.watch()
