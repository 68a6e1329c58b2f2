"""A table of jobs in each kind of database, with a lease that is over when a test wants it."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import update

from services.database import schema
from services.database.engine import Connections, Database
from services.jobs.store import Claim, JobStore
from services.jobs.tables import jobs


@pytest.fixture
def durable(durable_url: str) -> Iterator[Database]:
    database = Database(Connections(durable_url, precious=True, name="durable"), prepare=schema.check)
    yield database
    database.close()


@pytest.fixture
def store(durable: Database) -> JobStore:
    return JobStore(durable)


@pytest.fixture
def let_lapse(durable: Database) -> Callable[[Claim], None]:
    """Have a claim's lease be over, as it is when its worker has been silent for so long."""

    def lapse(claim: Claim) -> None:
        with durable.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.id == claim.job.id).values(lease_until=1))

    return lapse


@pytest.fixture
def let_come(durable: Database) -> Callable[[str], None]:
    """Have the time of a job come that is put off."""

    def come(job_id: str) -> None:
        with durable.writing() as connection:
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(run_at=1))

    return come
