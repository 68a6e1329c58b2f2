"""Services on each database, whose container is there."""

import pytest

from services.assembly import Services
from tests.accounts import Build


@pytest.fixture
def services(build: Build) -> Services:
    """The services of one process."""
    made = build()
    made.platform.blob_storage().prepare()
    return made
