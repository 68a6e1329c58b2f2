"""A server with a worker beside it, and a film whose pictures have numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.numbered_films import numbered_film
from tests.server import Server, running_server


@pytest.fixture(scope="module")
def pages(azurite: str) -> Iterator[Server]:
    """A server of the module's own whose worker cuts clips."""
    with running_server(azurite, worker_concurrency=2) as running:
        yield running


@pytest.fixture(scope="session")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds with a key frame every two."""
    return numbered_film(tmp_path_factory.mktemp("numbered") / "film.mp4")
