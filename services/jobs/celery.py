"""Many machines: `celery -A services.jobs.celery worker` takes ids of jobs from a broker, and does them as any worker.

The row decides. A message is a hint that a job waits: a lost one is sent again by housekeeping, and where one comes
twice or late its claim fails and nothing happens. So no broker has to be trusted, and none is asked to keep anything.
"""

import functools
import logging
import os
import select
import time
from typing import Any

import celery
from celery.signals import worker_process_init, worker_shutting_down
from kombu.exceptions import OperationalError

from services.jobs.build import from_environment, store_of
from services.jobs.job import Job, Lane
from services.jobs.running_attempts import BENCH, Attempts
from services.jobs.store import JobStore
from services.jobs.worker import worker_name

log = logging.getLogger(__name__)

EXPIRES_SECONDS = 600.0
"""A message that nobody has read by then counts no longer, and another one may be sent."""

_TASK = "reelgate.job"
_WAIT_SECONDS = 1.0
_AWAY_SECONDS = 15.0

# Whoever holds the first end learns when the process that holds the other has been asked to end, or is gone.
_ended, _going_on = os.pipe()


class Publisher:
    """Tells workers elsewhere that jobs wait. Where the broker is away, housekeeping does it later."""

    def __init__(self, broker_url: str, store: JobStore) -> None:
        self._app = make_app(broker_url)
        self._store = store
        self._away_until = 0.0

    def announce(self, job: Job) -> None:
        """Say that a job waits."""
        if time.monotonic() >= self._away_until and self._send(job.id, job.lane):
            self._store.note_published([job.id])

    def announce_missed(self) -> int:
        """Say it of all jobs that wait without a message that still counts; returns how many."""
        waiting = self._store.unpublished(older_than=EXPIRES_SECONDS)
        sent = []
        for job in waiting:
            if not self._send(job.id, job.lane):
                break
            sent.append(job.id)
        self._store.note_published(sent)
        return len(sent)

    def _send(self, job_id: str, lane: Lane) -> bool:
        try:
            self._app.send_task(_TASK, [job_id], queue=queue_of(lane), expires=EXPIRES_SECONDS, retry=False)
        except (OperationalError, OSError) as error:
            log.warning("the broker of jobs cannot be reached, and is told later: %s", type(error).__name__)
            self._away_until = time.monotonic() + _AWAY_SECONDS
            return False
        return True


def queue_of(lane: Lane) -> str:
    """The name of a lane's queue: letters and hyphens, as Azure's queues want it."""
    return f"reelgate-{lane.value}"


def make_app(broker_url: str, *, lanes: tuple[Lane, ...] = tuple(Lane)) -> celery.Celery:
    """Celery as both sides use it: a queue for each lane, and nothing is kept of what was done."""
    app = celery.Celery("reelgate", broker=broker_url)
    app.conf.update(
        task_ignore_result=True,
        task_queues={queue_of(lane): {"exchange": queue_of(lane), "routing_key": queue_of(lane)} for lane in lanes},
        task_default_queue=queue_of(lanes[0]),
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        # Whoever asks for a job does not wait for a broker that is away.
        broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 10},
    )
    return app


def worker_app(broker_url: str, store: JobStore, *, lanes: tuple[Lane, ...], bench: tuple[str, ...]) -> celery.Celery:
    """Celery as its workers use it."""
    app = make_app(broker_url, lanes=lanes)
    attempts = functools.cache(lambda: Attempts(store, bench=bench))
    name = functools.cache(worker_name)

    @app.task(name=_TASK)  # type: ignore[untyped-decorator]
    def do(job_id: str) -> None:
        claim = None if _is_ending() else store.claim_one(job_id, worker=name())
        if claim is None:
            return
        under_way = attempts()
        under_way.begin(claim)
        while len(under_way):
            under_way.wait(_WAIT_SECONDS)
            if _is_ending():
                under_way.stop()

    return app


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _let_go(**_: Any) -> None:
    """In each process of Celery's pool: only its parent holds the other end."""
    os.close(_going_on)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _tell_the_pool(**_: Any) -> None:
    """In the parent, at SIGTERM: have all jobs given back instead of waiting for their ends."""
    os.close(_going_on)


def _is_ending() -> bool:
    return bool(select.select([_ended], [], [], 0)[0])


@functools.cache
def _app_of_environment() -> celery.Celery:
    settings = from_environment()
    if settings.celery_broker_url is None:
        raise SystemExit("CELERY_BROKER_URL is not set: there is no broker to take jobs from.")
    lanes = tuple(Lane(name) for name in settings.worker_lanes)
    return worker_app(settings.celery_broker_url.reveal(), store_of(settings), lanes=lanes, bench=BENCH)


def __getattr__(name: str) -> celery.Celery:
    # Celery's command asks for `app`; whoever only sends must not have the environment read.
    if name == "app":
        return _app_of_environment()
    raise AttributeError(name)
