"""A catalogue on each database."""

from collections.abc import Iterator

import pytest

from services.database.engine import Connections
from services.library.catalogue import Catalogue


@pytest.fixture
def catalogue(database_url: str) -> Iterator[Catalogue]:
    """An empty catalogue."""
    catalogue = Catalogue(Connections(database_url))
    yield catalogue
    catalogue.close()
