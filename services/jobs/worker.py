"""The worker: takes jobs out of its lanes, so many at once in each, and sees to them until it is stopped."""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Sequence

from services.database.errors import DatabaseUnavailableError
from services.jobs.job import Lane
from services.jobs.running_attempts import Attempts
from services.jobs.store import JobStore

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.5
_LOST_SECONDS = 30.0
_AWAY_SECONDS = 5.0


def worker_name() -> str:
    """A name that no other worker has, for people who look for it."""
    return f"{socket.gethostname()[:64]}-{os.getpid()}-{secrets.token_hex(2)}"


class Worker:
    """One worker."""

    def __init__(self, store: JobStore, attempts: Attempts, *, lanes: Sequence[Lane], at_once: int) -> None:
        self._store = store
        self._attempts = attempts
        self._lanes = tuple(lanes)
        self._at_once = at_once
        self._name = worker_name()
        self._stopping = threading.Event()
        self._looked_at = 0.0

    def stop(self) -> None:
        """End `run` soon; may be called from a signal's handler."""
        self._stopping.set()

    def run(self, *, ready: Callable[[], None] = lambda: None) -> None:
        """Work until stopped, then give back what is under way."""
        ready()
        try:
            while not self._stopping.is_set():
                self.turn()
        finally:
            self._attempts.stop()

    def turn(self) -> None:
        """Take what there is room for, and wait a moment for something to happen."""
        pause = _POLL_SECONDS
        try:
            self._take()
            self._end_lost()
        except DatabaseUnavailableError as error:
            log.warning("no job is taken while the database is away: %s", error)
            pause = _AWAY_SECONDS
        self._attempts.wait(pause)

    def _take(self) -> None:
        roomy = [lane for lane in self._lanes if self._attempts.count(lane) < self._at_once]
        for lane in self._store.due(roomy, suspects=not self._attempts.has_suspect):
            while self._attempts.count(lane) < self._at_once and not self._stopping.is_set():
                claim = self._store.claim(lane, worker=self._name, suspects=not self._attempts.has_suspect)
                if claim is None:
                    break
                self._attempts.begin(claim)

    def _end_lost(self) -> None:
        now = time.monotonic()
        if now - self._looked_at >= _LOST_SECONDS:
            self._looked_at = now
            for job in self._store.end_lost():
                log.warning("a job has failed for good: %s of %s: %s", job.kind, job.video, job.error)
