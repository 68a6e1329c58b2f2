"""A Celery worker with the kinds of tests: `python -m celery -A tests.services.jobs.celery_worker worker`."""

import os

from services.jobs.celery import worker_app
from services.jobs.job import Lane
from tests.services.jobs.kinds import BENCH, store_at

app = worker_app(
    os.environ["TEST_BROKER_URL"],
    store_at(os.environ["TEST_JOBS_URL"], lease_seconds=3),
    lanes=tuple(Lane),
    bench=BENCH,
)
