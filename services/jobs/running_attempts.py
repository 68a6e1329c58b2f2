"""The attempts that one worker has under way: begun on the bench, kept alive by heartbeats, ended by one write."""

import contextlib
import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.database.errors import DatabaseUnavailableError
from services.jobs.attempt_messages import Began, Ending, Failed, LineReader, NotMine, Progressed, PutOff, packed_job
from services.jobs.bench import CLEANING_SECONDS
from services.jobs.job import Lane
from services.jobs.store import Claim, JobStore

log = logging.getLogger(__name__)

BENCH = (sys.executable, "-m", "services.bench")
"""The command of the bench; a descriptor and this process's id follow."""

_ROOT = Path(__file__).parents[2]
_IDLE_SECONDS = 120.0
_PROGRESS_SECONDS = 2.0
_NOT_MINE_SECONDS = 60.0
_KILL_SECONDS = CLEANING_SECONDS + 2.0
_TOO_LONG = "It took longer than {minutes:.0f} minutes, and was ended."


@dataclass(kw_only=True, eq=False)
class _UnderWay:
    """One attempt under way."""

    claim: Claim
    bench: "_Bench"
    connection: socket.socket
    lines: LineReader
    beaten_at: float
    """When its lease was renewed last."""
    began: Began | None = None
    began_at: float = field(default_factory=time.monotonic)
    progress: float = 0.0
    progress_told: float = 0.0
    ending: Ending | None = None
    is_gone: bool = False
    """Its process has ended."""
    stopped_at: float | None = None
    is_lost: bool = False
    """The job is not this attempt's any more: what comes of it counts no longer."""

    def ask_to_stop(self) -> None:
        """Have it end; it may clean up first."""
        if self.stopped_at is None:
            self.stopped_at = time.monotonic()
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """End what is left of its process group."""
        if self.began is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.began.pid, signal.SIGKILL)


class Attempts:
    """What is under way. For one thread."""

    def __init__(self, store: JobStore, *, bench: Sequence[str] = BENCH) -> None:
        self._store = store
        self._command = bench
        self._bench: _Bench | None = None
        self._selector = selectors.DefaultSelector()
        self._attempts: list[_UnderWay] = []
        self._idle_since = time.monotonic()

    def count(self, lane: Lane) -> int:
        """How many attempts of that lane are under way."""
        return sum(attempt.claim.job.lane is lane for attempt in self._attempts)

    @property
    def has_suspect(self) -> bool:
        """Whether one of the jobs under way may be what kills its worker."""
        return any(attempt.claim.job.is_suspect for attempt in self._attempts)

    def __len__(self) -> int:
        return len(self._attempts)

    def begin(self, claim: Claim) -> None:
        """Begin an attempt at the job that has been claimed."""
        bench, connection = self._connect()
        # A bench that dies now is seen when the attempt is listened to.
        with contextlib.suppress(OSError):
            connection.sendall(packed_job(claim.job))
        connection.settimeout(0)
        lines = LineReader(connection)
        attempt = _UnderWay(claim=claim, bench=bench, connection=connection, lines=lines, beaten_at=time.monotonic())
        self._attempts.append(attempt)
        self._selector.register(connection, selectors.EVENT_READ, attempt)

    def wait(self, seconds: float) -> None:
        """Wait for something to happen, so long at the most, and see to all that is due."""
        if not self._attempts:
            self._rest(seconds)
            return
        for key, _ in self._selector.select(seconds):
            self._listen(key.data)
        for attempt in list(self._attempts):
            with contextlib.suppress(DatabaseUnavailableError):
                self._see_to(attempt)
        self._idle_since = time.monotonic()

    def stop(self) -> None:
        """End all attempts, and let other workers have the jobs at once."""
        for attempt in self._attempts:
            attempt.ask_to_stop()
        deadline = time.monotonic() + _KILL_SECONDS
        while any(not attempt.is_gone for attempt in self._attempts) and time.monotonic() < deadline:
            for key, _ in self._selector.select(deadline - time.monotonic()):
                self._listen(key.data)
        for attempt in list(self._attempts):
            attempt.kill()
            with contextlib.suppress(DatabaseUnavailableError):
                self._write(attempt, given_back=True)
            self._forget(attempt)
        self._close_bench()

    def _connect(self) -> tuple["_Bench", socket.socket]:
        """The bench, started when it is needed, and the socket of a new attempt on it."""
        if self._bench is not None:
            try:
                return self._bench, self._bench.connect()
            except OSError:
                # It has died since the last time.
                self._close_bench()
        self._bench = _Bench(self._command)
        return self._bench, self._bench.connect()

    def _close_bench(self) -> None:
        if self._bench is not None:
            self._bench.close()
            self._bench = None

    def _rest(self, seconds: float) -> None:
        if time.monotonic() - self._idle_since > _IDLE_SECONDS:
            # It occupies more than all the rest of a worker, and is there again in a second.
            self._close_bench()
        self._selector.select(seconds)

    def _listen(self, attempt: _UnderWay) -> None:
        told, gone = attempt.lines.read()
        for each in told:
            match each:
                case Began():
                    attempt.began = each
                case Progressed():
                    attempt.progress = each.progress
                case _:
                    attempt.ending = each
        if gone:
            attempt.is_gone = True
            self._selector.unregister(attempt.connection)
            # It may have left programs behind.
            attempt.kill()

    def _see_to(self, attempt: _UnderWay) -> None:
        now = time.monotonic()
        if attempt.is_gone:
            if not attempt.is_lost:
                self._write(attempt)
            self._forget(attempt)
            return
        if attempt.stopped_at is not None and now - attempt.stopped_at > _KILL_SECONDS:
            attempt.kill()
        longest = attempt.began.longest if attempt.began else None
        if longest is not None and now - attempt.began_at > longest and attempt.ending is None:
            attempt.ending = Failed(error=_TOO_LONG.format(minutes=longest / 60))
            attempt.ask_to_stop()
        self._keep(attempt, now)

    def _keep(self, attempt: _UnderWay, now: float) -> None:
        """Renew the lease when it is time, or when there is progress to tell; see whether the job is still ours."""
        lease = self._store.lease_seconds
        since = now - attempt.beaten_at
        is_news = attempt.progress != attempt.progress_told and since >= min(_PROGRESS_SECONDS, lease / 3)
        if attempt.is_lost or not (is_news or since >= lease / 3):
            return
        try:
            is_ours = self._store.beat(attempt.claim, progress=attempt.progress)
        except DatabaseUnavailableError:
            is_ours = since < lease
        else:
            attempt.beaten_at, attempt.progress_told = now, attempt.progress
        if not is_ours:
            log.info("a job is not ours any more, and is stopped: %s", attempt.claim.job.id)
            attempt.is_lost = True
            attempt.ask_to_stop()

    def _write(self, attempt: _UnderWay, *, given_back: bool = False) -> None:
        claim = attempt.claim
        match attempt.ending:
            case None if given_back:
                self._store.give_back(claim)
            case None:
                log.warning("an attempt at a job ended without a word: %s of %s", claim.job.kind, claim.job.video)
                # Where it died alone it may be the job's fault, and is better not met again at once.
                self._store.fall_silent(claim, pause=not attempt.bench.is_dead)
            case NotMine():
                self._store.give_back(claim, delay=_NOT_MINE_SECONDS)
            case PutOff(again_in=again_in):
                self._store.give_back(claim, delay=again_in)
            case Failed(error=error, for_good=for_good):
                log.warning("a job failed: %s of %s: %s", claim.job.kind, claim.job.video, error)
                self._store.fail(claim, error, for_good=for_good)
            case done:
                self._store.finish(claim, results=done.results)

    def _forget(self, attempt: _UnderWay) -> None:
        if not attempt.is_gone:
            self._selector.unregister(attempt.connection)
        attempt.connection.close()
        self._attempts.remove(attempt)


class _Bench:
    """A process of the bench."""

    def __init__(self, command: Sequence[str]) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*command, str(theirs.fileno()), str(os.getpid())],
                cwd=_ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    @property
    def is_dead(self) -> bool:
        """Whether it has ended: the kernel closes what a process had open before it tells its children of its death."""
        try:
            return not self._control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def connect(self) -> socket.socket:
        """Begin an attempt; returns the worker's side of its socket. `OSError` where it is dead."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"j"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return ours

    def close(self) -> None:
        """Have it end."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=_KILL_SECONDS)
        self._process.kill()
        self._process.wait()
