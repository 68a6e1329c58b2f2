"""What runs beside the server and starts its worker, again and again: `python -m services.jobs <pid of its starter>`.

It does so little that nothing in it can fail; whatever can is in the worker.
"""

import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from utils.tied_command import tie_to, tied

_ROOT = Path(__file__).parents[2]
_COMMAND = [sys.executable, "-m", "services.jobs.process"]
_LONGEST_PAUSE = 30.0
_SOUND_SECONDS = 60.0
_STOP_SECONDS = 15.0


class _Stopped(BaseException):
    """SIGTERM has come."""


def main() -> int:
    """Run until SIGTERM, or until the starter dies."""
    signal.signal(signal.SIGTERM, _stop)
    worker: subprocess.Popen[bytes] | None = None
    try:
        tie_to(int(sys.argv[1]))
        pause = 0.5
        while True:
            started = time.monotonic()
            worker = subprocess.Popen(tied(_COMMAND), cwd=_ROOT, stdin=subprocess.DEVNULL)  # noqa: S603 - our own module
            status = worker.wait()
            pause = 0.5 if time.monotonic() - started > _SOUND_SECONDS else min(pause * 2, _LONGEST_PAUSE)
            sys.stderr.write(f"The worker of jobs ended with status {status}, and is started again.\n")
            time.sleep(pause)
    except _Stopped:
        if worker is not None:
            _end(worker)
    return 0


def _stop(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _Stopped


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        worker.wait(timeout=_STOP_SECONDS)
    worker.kill()
    worker.wait()


if __name__ == "__main__":
    sys.exit(main())
