"""How a server starts its keeper, and ends it."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from services.replication.errors import ReplicationError

_ROOT = Path(__file__).parents[2]


class KeeperProcess:
    """The keeper, running beside this process and tied to it."""

    def __init__(self) -> None:
        """Start it, and wait until the database may be opened; raises `ReplicationError` when it must not be."""
        # Its first line is for us; whatever it logs goes where our log goes.
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "services.replication", str(os.getpid())],
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            # Ctrl-C at a terminal is for the server, which ends it when all is written.
            process_group=0,
        )
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        line = self._process.stdout.readline()
        if line != "\n":
            self.stop()
            raise ReplicationError(line.strip() or "The keeper of the database's copy did not start.")

    def stop(self) -> None:
        """Let it copy what is left, and end."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=30)
