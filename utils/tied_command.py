"""A command that cannot outlive its starter: on Linux the kernel asks it to end when its starter dies, however that is.

`tied` runs this file as a script, and the script becomes the command.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

# From <linux/prctl.h>.
_PR_SET_PDEATHSIG = 1


def tied(command: Sequence[str]) -> list[str]:
    """The command that becomes `command`, tied to this process and to the thread that starts it."""
    return [sys.executable, "-I", __file__, str(os.getpid()), *command]


def tie_to(starter: int) -> None:
    """Have SIGTERM sent to this process when its starter dies; ends it when that has happened already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if os.getppid() != starter:
        sys.exit("The starter of this process is gone.")


if __name__ == "__main__":
    tie_to(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - becoming that command is the purpose
