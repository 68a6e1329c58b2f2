"""Start processes that cannot outlive their starter.

A process started here leads a process group of its own, so that Ctrl-C at a terminal reaches only the
starter, which then stops its processes in the order it needs. On Linux the kernel also signals the
process when its starter dies without a word, even by SIGKILL.

The module is its own small launcher: `start` runs it as a script, and the script becomes the command.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

# From <linux/prctl.h>.
_PR_SET_PDEATHSIG = 1


@contextmanager
def running(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    output: IO[bytes] | None = None,
    user: str | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` for the length of the `with` block, then stop it and whatever is left of its group.

    `output` takes stdout and stderr (default: those of this process). `user` is the account to run as.
    The process gets `stop_signal` and ten seconds to end, then SIGKILL.

    The kernel ties the process to the thread that started it: start it from a thread that outlives it.
    """
    launcher = [sys.executable, "-I", __file__, str(os.getpid()), str(int(stop_signal)), user or ""]
    process = subprocess.Popen(
        [*launcher, *command],
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        process_group=0,
    )
    try:
        yield process
    finally:
        stop(process, stop_signal=stop_signal)


def stop(
    process: subprocess.Popen[bytes], *, stop_signal: signal.Signals = signal.SIGTERM, patience: float = 10
) -> None:
    """Ask the process to end, wait `patience` seconds, then kill all of its group. Stopping twice is fine."""
    if process.poll() is None:
        process.send_signal(stop_signal)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _become(arguments: Sequence[str]) -> None:
    """Turn this process into the command, tied to its starter.

    The arguments are the starter's process id, the signal at its death, the user (or nothing), the command.
    """
    starter, death_signal, user, *command = arguments
    if user:
        account = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    if sys.platform == "linux":
        # This comes after setuid, which would forget it.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(death_signal))
    if os.getppid() != int(starter):
        sys.exit("The starter of this process is gone.")
    os.execvp(command[0], command)  # noqa: S606 - becoming that command is the purpose.


if __name__ == "__main__":
    _become(sys.argv[1:])
