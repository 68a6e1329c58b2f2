"""How a server starts its worker, and ends it."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_STOP_SECONDS = 20.0


class WorkerProcess:
    """The worker, running beside this process and tied to it."""

    def __init__(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "services.jobs", str(os.getpid())],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            # Ctrl-C at a terminal is for the server, which ends it.
            process_group=0,
        )

    def stop(self) -> None:
        """Let it give its jobs back, and end."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=_STOP_SECONDS)
