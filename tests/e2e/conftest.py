"""One server for the tests that need no settings of their own."""

from collections.abc import Iterator

import pytest

from tests.server import Server, running_server


@pytest.fixture(scope="session")
def server(azurite: str) -> Iterator[Server]:
    """A server with small blocks, so that small files have several."""
    with running_server(azurite, upload_block_mb=1) as running:
        yield running
