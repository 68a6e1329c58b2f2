"""A folder to be taken in, and services that may."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from services.actors.actor import SYSTEM
from services.assembly import Services
from services.jobs.kinds import Work
from tests.accounts import Build

Result = dict[str, str]
TakeIn = Callable[..., dict[str, Result]]
"""Takes a folder in as a worker does; returns the results by id."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder below which files may be taken in."""
    found = tmp_path / "films"
    found.mkdir()
    return found


@pytest.fixture
def services(build: Build, folder: Path, azurite: str) -> Services:
    """The services of one process, which may fetch from the storage of this machine."""
    [endpoint] = re.findall(r"BlobEndpoint=http://([^/;]+)", azurite)
    made = build(migration_dir=folder, egress_allow_hosts=(endpoint,))
    made.platform.blob_storage().prepare()
    return made


@pytest.fixture
def take_in(services: Services) -> TakeIn:
    """What takes a folder in."""

    def take(asked: Path | str | None = None, *, attempt: int = 1, **more: int) -> dict[str, Result]:
        migrations = services.migration.migrations
        if isinstance(asked, str):
            job = migrations.begin_remote(asked, by=SYSTEM, **more)
        else:
            job = migrations.begin(str(asked) if asked else None, by=SYSTEM, **more)
        claim = services.jobs.store.claim_one(job.id, worker=f"a test {uuid.uuid4()}")
        assert claim is not None
        kind = services.jobs.kinds.get(job.kind)
        assert kind is not None
        results = kind.run(Work(job=replace(claim.job, attempts=attempt), tell_progress=lambda _: None))
        services.jobs.store.finish(claim, results=results)
        return {each["id"]: dict(each) for each in results or ()}

    return take
