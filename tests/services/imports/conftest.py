"""A site with films, and services that may fetch from it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.imports.record import Import, ImportRequest
from services.jobs.errors import BadInputError
from services.jobs.job import Job
from services.jobs.kinds import Work
from tests.accounts import Build
from tests.film_site import Site, running_site
from tests.media_films import make_film
from tests.services.conftest import NewDatabase

Fetch = Callable[..., Import]
"""Does the job of an import as a worker does, whatever comes of it; returns the import then."""


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A film whose index stands before its pictures."""
    return make_film(tmp_path_factory.mktemp("films") / "h264.mp4").read_bytes()


@pytest.fixture
def site() -> Iterator[Site]:
    """The site."""
    with running_site() as found:
        yield found


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """Of SQLite: what differs in PostgreSQL is tried in `test_store.py`."""
    return new_database("sqlite")


@pytest.fixture
def services(build: Build, site: Site, tmp_path: Path) -> Services:
    """The services of one process, which may fetch from the site."""
    made = build(egress_allow_hosts=(site.host,), temp_dir=tmp_path / "scratch")
    made.platform.blob_storage().prepare()
    return made


@pytest.fixture
def begin(services: Services) -> Callable[..., Import]:
    """What asks for an import."""

    def ask(url: str, **more: object) -> Import:
        return services.imports.imports.begin(ImportRequest(url=url, **more), by=SYSTEM)[0]  # type: ignore[arg-type]

    return ask


@pytest.fixture
def fetch(services: Services) -> Fetch:
    """What does the job of an import."""
    return lambda found, **more: do(services, found, **more)


def do(services: Services, found: Import, *, last: bool = False) -> Import:
    """Do the job of an import; with `last` it is the last attempt that is allowed."""
    assert found.job_id is not None
    claim = services.jobs.store.claim_one(found.job_id, worker="a test")
    assert claim is not None
    kind = services.jobs.kinds.get(claim.job.kind)
    assert kind is not None
    job: Job = replace(claim.job, attempts_allowed=claim.job.attempts) if last else claim.job
    try:
        results = kind.run(Work(job=job, tell_progress=lambda _: None))
    except BadInputError as error:
        services.jobs.store.fail(claim, error.detail, for_good=True)
    except Exception as error:  # noqa: BLE001 - as a worker does
        services.jobs.store.fail(claim, str(error), for_good=last)
    else:
        services.jobs.store.finish(claim, results=results)
    return services.imports.imports.get(found.id, by=SYSTEM)
