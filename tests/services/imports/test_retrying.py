"""Imports that are tried again: by whom, and when the address can still be read."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from services.actors.actor import SYSTEM, Actor, ActorKind, Role
from services.actors.errors import ForbiddenError
from services.assembly import Services
from services.egress.guard import EgressGuard
from services.imports.record import ImportRequest
from services.jobs.errors import JobStateError
from services.jobs.job import State
from services.jobs.tables import jobs
from services.migration.remote_place import SignedAddresses
from services.secrets import SecretBox, SecretKeys
from services.signing_key import SigningKey
from tests.film_site import Site, file, status
from tests.services.imports.conftest import do

BELA = Actor(kind=ActorKind.PERSON, id="bela", name="Bela", role=Role.USER)


@pytest.fixture
def cancelled(services: Services, site: Site) -> str:
    """An import of Bela's that was cancelled."""
    found, _ = services.imports.imports.begin(ImportRequest(url=site.url("/film.mp4")), by=BELA)
    return services.imports.imports.cancel(found.id, by=BELA).id


def test_who_may_have_nothing_fetched_any_more_has_nothing_tried_again(services: Services, cancelled: str) -> None:
    services.live_settings.put("imports_by", Role.MANAGER.value, by=SYSTEM)
    with pytest.raises(ForbiddenError):
        services.imports.imports.retry(cancelled, by=BELA)
    found, _ = services.imports.imports.retry(cancelled, by=replace(BELA, role=Role.MANAGER))
    assert found.id == cancelled


def test_an_import_whose_job_was_forgotten_is_fetched_at_its_first_new_attempt(
    services: Services, site: Site, film: bytes
) -> None:
    site.pages["/film.mp4"] = status(503)
    begun, _ = services.imports.imports.begin(ImportRequest(url=site.url("/film.mp4")), by=BELA)
    for number in range(3):
        with services.platform.databases.durable.writing() as connection:
            connection.execute(update(jobs).values(run_at=0))
        begun = do(services, begun, last=number == 2)
    assert (begun.state, begun.attempt) == (State.FAILED, 3)
    with services.platform.databases.durable.writing() as connection:
        connection.execute(update(jobs).values(finished_at=0))
    services.jobs.store.delete_over(older_than=1)
    site.pages["/film.mp4"] = file(film)
    again, job = services.imports.imports.retry(begun.id, by=BELA)
    assert (again.id, job.attempts) == (begun.id, 0)
    assert do(services, again).state is State.DONE


def test_an_address_that_cannot_be_read_any_more_is_said_to_be_so(
    services: Services, cancelled: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = SecretBox(SecretKeys(SigningKey("another key", folder=tmp_path)), use="imports")
    monkeypatch.setattr(services.imports.imports, "_sealed", SignedAddresses(EgressGuard(), other))
    with pytest.raises(JobStateError, match="give the address again"):
        services.imports.imports.retry(cancelled, by=BELA)


def test_the_job_of_an_import_is_tried_again_as_the_import_is(services: Services, cancelled: str) -> None:
    job_id = services.imports.imports.get(cancelled, by=SYSTEM).job_id
    assert job_id is not None
    services.live_settings.put("imports_by", Role.MANAGER.value, by=SYSTEM)
    with pytest.raises(ForbiddenError):
        services.jobs.jobs.retry(job_id, by=BELA)
    assert services.imports.imports.get(cancelled, by=SYSTEM).state is State.CANCELLED
    job = services.jobs.jobs.retry(job_id, by=replace(BELA, role=Role.MANAGER))
    assert (job.id, job.state) == (job_id, State.QUEUED)
    found = services.imports.imports.get(cancelled, by=SYSTEM)
    assert (found.state, found.written_state) == (State.QUEUED, State.QUEUED)
