"""How a server that started without its database has it prepared later, and ends that."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]


class LaterUpgrade:
    """What prepares the database once its disk can be written, running beside this process and tied to it."""

    def __init__(self, url: str) -> None:
        """Start it; it ends when the database is prepared."""
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "services.database.migrations.later", str(os.getpid())],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            text=True,
            # Ctrl-C at a terminal is for the server, which ends it.
            process_group=0,
        )
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        with contextlib.suppress(BrokenPipeError), self._process.stdin as pipe:
            pipe.write(json.dumps({"url": url}))

    def stop(self) -> None:
        """End it; what it has not committed has not been done."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        self._process.wait()
