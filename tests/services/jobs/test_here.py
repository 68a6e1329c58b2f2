"""One job done from a command, also while the database is away for a moment."""

import pytest

from services.actors.actor import SYSTEM
from services.database.errors import DatabaseUnavailableError
from services.jobs.here import do_here
from services.jobs.job import Job, State
from services.jobs.store import JobStore
from tests.services.jobs.kinds import BENCH, KINDS


@pytest.fixture
def job(store: JobStore) -> Job:
    return store.add(KINDS["echo"], by=SYSTEM, video="film.mp4")


def break_down(store: JobStore, monkeypatch: pytest.MonkeyPatch, *, times: int) -> list[int]:
    """Have the database be away so many times that it is asked for a job."""
    ask, failures = store.get, list(range(times))

    def get(job_id: str) -> Job | None:
        if failures:
            failures.pop()
            raise DatabaseUnavailableError("It is away.")
        return ask(job_id)

    monkeypatch.setattr(store, "get", get)
    return failures


def test_a_job_is_done_and_told_of(store: JobStore, job: Job) -> None:
    told: list[State] = []
    ended = do_here(store, job.id, told=lambda now: told.append(now.state), bench=BENCH)
    assert ended is not None
    assert (ended.state, told[0], told[-1]) == (State.DONE, State.QUEUED, State.DONE)
    assert ended.results
    assert do_here(store, "none", told=lambda _: None, bench=BENCH) is None


def test_a_database_that_is_away_for_a_moment_is_waited_out(
    store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = break_down(store, monkeypatch, times=3)
    ended = do_here(store, job.id, told=lambda _: None, bench=BENCH, pause=0)
    assert ended is not None
    assert (ended.state, left) == (State.DONE, [])


def test_one_that_stays_away_is_told_of(store: JobStore, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    left = break_down(store, monkeypatch, times=3)
    with pytest.raises(DatabaseUnavailableError):
        do_here(store, job.id, told=lambda _: None, bench=BENCH, pause=0, patience=0)
    assert len(left) == 2
