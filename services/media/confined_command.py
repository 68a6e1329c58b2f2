"""A command that can do little harm: it has limits, steps aside for others, and dies with its starter.

`confined` runs this file as a script, and the script becomes the command: code between fork and exec would not be safe
in a process with threads.
"""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass

# From <linux/prctl.h>.
_PR_SET_PDEATHSIG = 1
_MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one run may take."""

    memory_mb: int = 6144
    """Address space, of which what it really occupies is a part."""
    cpu_seconds: int = 60
    """Of all its threads together."""
    file_mb: int = 256
    """The largest file that it may write."""
    nice: int = 15
    """Beside it uploads keep nine tenths of their throughput (`make bench-media`); with 10 they kept eight."""


def confined(command: Sequence[str], limits: Limits) -> list[str]:
    """The command that becomes `command`, confined, and tied to this process and to the thread that starts it."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *map(str, astuple(limits)), *command]


def _become(starter: int, limits: Limits, command: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != starter:
        sys.exit("The starter of this process is gone.")
    _limit(resource.RLIMIT_AS, limits.memory_mb * _MIB)
    _limit(resource.RLIMIT_CPU, limits.cpu_seconds)
    _limit(resource.RLIMIT_FSIZE, limits.file_mb * _MIB)
    _limit(resource.RLIMIT_CORE, 0)
    os.nice(limits.nice)
    os.execv(command[0], command)  # noqa: S606 - becoming that command is the purpose


def _limit(what: int, wanted: int) -> None:
    _, hard = resource.getrlimit(what)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    _given = [int(each) for each in sys.argv[2:6]]
    _names = ("memory_mb", "cpu_seconds", "file_mb", "nice")
    _become(int(sys.argv[1]), Limits(**dict(zip(_names, _given, strict=True))), sys.argv[6:])
