"""An app that may fetch from a site with films."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from services.assembly import Services
from tests.app_here import app_here, services_of
from tests.film_site import Site, running_site


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as found:
        yield found


@pytest.fixture
def app(azurite: str, tmp_path: Path, site: Site) -> Flask:
    container = f"imports-{uuid.uuid4().hex[:8]}"
    names = {"azure_storage_container_name": container, "egress_allow_hosts": (site.host,)}
    return app_here(azurite, tmp_path, migration_dir=tmp_path / "films", **names)


@pytest.fixture
def parts(app: Flask) -> Services:
    found = services_of(app)
    found.platform.blob_storage().prepare()
    return found
