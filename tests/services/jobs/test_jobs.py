"""What an actor may know of a job, and have done with it."""

import pytest

from services.actors.actor import Actor, ActorKind, Role
from services.actors.errors import ForbiddenError
from services.actors.policy import Act
from services.jobs.errors import JobNotFoundError
from services.jobs.job import Lane
from services.jobs.jobs import Jobs
from services.jobs.kinds import Kind, Kinds
from services.jobs.store import JobQuery, JobStore
from services.jobs.wish import Wish

CUTTING = Kind(name="cutting", lane=Lane.QUICK, recipe=1, run=lambda _: None)
TAKING = Kind(name="taking", lane=Lane.QUICK, recipe=1, run=lambda _: None, act=Act.ADMINISTER)
RESULTS = [{"id": "films/a.mp4", "status": "taken"}]


@pytest.fixture
def jobs(store: JobStore) -> Jobs:
    return Jobs(store, Kinds([CUTTING, TAKING]), announce=lambda _: None)


def somebody(role: Role, id_: str = "own") -> Actor:
    return Actor(kind=ActorKind.PERSON, id=id_, name=id_, role=role)


def done(jobs: Jobs, store: JobStore, kind: Kind) -> str:
    """A job of the person `own`, who was allowed it then."""
    job = jobs.add(Wish(kind=kind, video="film.mp4"), by=somebody(Role.ADMIN))
    claim = store.claim_one(job.id, worker="here")
    assert claim is not None
    store.finish(claim, results=RESULTS)
    return job.id


@pytest.mark.parametrize("by", [somebody(Role.USER), somebody(Role.MANAGER), somebody(Role.MANAGER, "other")])
def test_whoever_may_not_have_it_done_cannot_have_it_done_anew(jobs: Jobs, store: JobStore, by: Actor) -> None:
    taking, cutting = (done(jobs, store, kind) for kind in (TAKING, CUTTING))
    job = jobs.get(taking, by=by)
    assert (job.state, job.results) == ("done", None)
    for change in (jobs.retry, jobs.cancel):
        with pytest.raises(ForbiddenError):
            change(taking, by=by)
    assert not jobs.may_change(job, by=by)
    assert jobs.get(cutting, by=by).results == RESULTS
    assert jobs.retry(cutting, by=by).state == "queued"


def test_whoever_may_have_it_done_may_have_it_done_anew(jobs: Jobs, store: JobStore) -> None:
    taking, by = done(jobs, store, TAKING), somebody(Role.ADMIN, "other")
    job = jobs.get(taking, by=by)
    assert job.results == RESULTS
    assert jobs.may_change(job, by=by)
    assert jobs.retry(taking, by=by).state == "queued"
    assert jobs.cancel(taking, by=by).state == "cancelled"


def test_others_know_nothing_of_it(jobs: Jobs, store: JobStore) -> None:
    cutting, by = done(jobs, store, CUTTING), somebody(Role.USER, "other")
    for ask in (jobs.get, jobs.retry, jobs.cancel):
        with pytest.raises(JobNotFoundError):
            ask(cutting, by=by)


def test_lists_tell_of_no_results(jobs: Jobs, store: JobStore) -> None:
    job_id = done(jobs, store, CUTTING)
    by = somebody(Role.ADMIN)
    [job] = jobs.page(JobQuery(), by=by).jobs
    assert (job.id, job.results) == (job_id, None)
    assert jobs.get(job_id, by=by).results == RESULTS
