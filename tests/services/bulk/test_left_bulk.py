"""What a killed process has left of a bulk action is done in the end, in both databases."""

import pytest
from sqlalchemy import update

from services.actors.actor import SYSTEM, Actor
from services.assembly import Services
from services.bulk import bulk as limits
from services.bulk import working
from services.bulk.actions import Action, BulkActs, OneVideo
from services.bulk.tables import bulk as bulk_table
from services.jobs.job import Job
from services.jobs.jobs import Jobs
from services.jobs.store import JobQuery
from tests.services.bulk.test_bulk import World


@pytest.fixture
def world(services: Services) -> World:
    services.platform.blob_storage().prepare()
    return World(services)


def asked_long_ago(world: World) -> None:
    with world.services.platform.databases.durable.writing() as connection:
        connection.execute(update(bulk_table).values(asked_at=bulk_table.c.asked_at - 3_600_000))


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "as a job"])
def test_what_a_killed_process_has_left_is_done_by_a_job(
    world: World, monkeypatch: pytest.MonkeyPatch, *, at_once: bool
) -> None:
    actions = world.services.bulk.actions
    ids = world.upload(3)
    monkeypatch.setattr(limits, "MOST_AT_ONCE", 5 if at_once else 1)
    with monkeypatch.context() as killed:
        # The second video is begun, or there is no job yet, when it dies.
        done, dies = BulkActs.do, BaseException("killed")

        def do(self: BulkActs, action: Action, one: OneVideo, *, by: Actor) -> None:
            if one.id == ids[1]:
                raise dies
            done(self, action, one, by=by)

        def add(*_: object, **__: object) -> Job:
            raise dies

        killed.setattr(BulkActs, "do", do)
        killed.setattr(Jobs, "add", add)
        with pytest.raises(BaseException, match="killed"):
            world.begin(Action.DELETE, ids)
    assert world.in_trash(ids) == [at_once, False, False]
    assert actions.queue_left(lambda _: None) == ""
    asked_long_ago(world)
    assert actions.queue_left(lambda _: None) == "1 queued"
    [job] = world.services.jobs.jobs.page(JobQuery(kind=working.BULK), by=SYSTEM).jobs
    left = actions.get(str(job.arguments["bulk"]), by=SYSTEM)
    assert left.job is not None
    assert left.job.id == job.id
    assert world.work(left) == [200, 200, 200]
    assert world.in_trash(ids) == [True, True, True]
    assert actions.queue_left(lambda _: None) == ""
