"""A server with a worker beside it."""

from collections.abc import Iterator

import pytest

from tests.server import Server, running_server


@pytest.fixture(scope="module")
def pages(azurite: str) -> Iterator[Server]:
    """A server of the module's own whose worker looks into films."""
    with running_server(azurite, worker_concurrency=2) as running:
        yield running
