"""The bench: a process that has imported everything once, and forks itself for each attempt.

What an attempt breaks, it breaks in a process of its own, and it begins at once. The bench opens no connection and has
one thread, so that its children begin with nothing of anybody else's.
"""

import contextlib
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from types import FrameType

from services.errors import ReelgateError
from services.jobs.attempt_messages import (
    Began,
    Done,
    Ending,
    Failed,
    NotMine,
    Progressed,
    PutOff,
    packed,
    unpacked_job,
)
from services.jobs.errors import BadInputError, NotYetError
from services.jobs.job import Job
from services.jobs.kinds import Kinds, Work, WorkStopped
from utils.tied_command import tie_to

log = logging.getLogger(__name__)

CLEANING_SECONDS = 5.0
"""So long may an attempt clean up when it has to end."""

_TELL_SECONDS = 0.5
_WENT_WRONG = "Something went wrong that was not foreseen ({name}). The server's log says more."


def serve(control: socket.socket, kinds: Kinds, *, after_each: Callable[[], None] = lambda: None) -> None:
    """Begin an attempt for every socket that comes over `control`, until that is closed.

    `after_each` is done in the process of each attempt that has come to an end; it raises nothing.
    """
    bench = os.getpid()
    # The kernel forgets children that have ended; nobody asks how.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not descriptors:
            return
        if os.fork() == 0:
            control.close()
            _be_an_attempt(socket.socket(fileno=descriptors[0]), kinds, bench=bench, after_each=after_each)
        os.close(descriptors[0])


def _be_an_attempt(connection: socket.socket, kinds: Kinds, *, bench: int, after_each: Callable[[], None]) -> None:
    """Do the one job that comes over the connection; never returns."""
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, _stop_once)
        tie_to(bench)
        with connection.makefile("rb") as lines:
            job = unpacked_job(lines.readline())
        threading.Thread(target=_end_when_closed, args=[connection], daemon=True, name="line").start()
        ending = _ending(job, kinds, connection)
        after_each()
        connection.sendall(packed(ending))
    except (WorkStopped, OSError):
        log.info("an attempt at a job has been stopped")
    except BaseException:
        log.exception("an attempt at a job could not be begun or told of")
    finally:
        # Nothing that the bench has prepared for its own end is the attempt's to do.
        os._exit(0)


def _ending(job: Job, kinds: Kinds, connection: socket.socket) -> Ending:
    """Do the job, and say what came of it."""
    kind = kinds.get(job.kind)
    if kind is None or kind.recipe < job.recipe:
        return NotMine()
    connection.sendall(packed(Began(pid=os.getpid(), longest=kind.longest)))
    try:
        return Done(results=kind.run(Work(job=job, tell_progress=_Telling(connection).tell)))
    except BadInputError as error:
        return Failed(error=str(error), for_good=True)
    except NotYetError as error:
        return PutOff(again_in=error.again_in)
    except ReelgateError as error:
        return Failed(error=str(error))
    except Exception as error:
        log.exception("a job failed: %s of %s", job.kind, job.video)
        return Failed(error=_WENT_WRONG.format(name=type(error).__name__))


class _Telling:
    """Tells of the progress, but not more often than anybody could see."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._last = 0.0

    def tell(self, progress: float) -> None:
        now = time.monotonic()
        if now - self._last >= _TELL_SECONDS:
            self._last = now
            self._connection.sendall(packed(Progressed(progress=progress)))


def _stop_once(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise WorkStopped


def _end_when_closed(connection: socket.socket) -> None:
    """Wait until the worker closes its side or dies, then end this process and all that it has started."""
    with contextlib.suppress(OSError):
        while connection.recv(1):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(CLEANING_SECONDS)
    os.killpg(0, signal.SIGKILL)
