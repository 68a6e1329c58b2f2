"""A service on this machine, and a client that asks it; pauses pass at once, and are written down."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Environment, Secret, Settings
from services.database.build import build
from services.database.engine import Database
from services.egress.guard import EgressGuard
from services.sources.asking import ServiceClient
from services.sources.store import AnswerStore, ServiceStore
from tests.databases import prepared
from tests.outside_services import OutsideService, running_outside_service


@pytest.fixture
def outside() -> Iterator[OutsideService]:
    with running_outside_service() as service:
        yield service


@pytest.fixture
def quick_durable(tmp_path: Path) -> Iterator[Database]:
    """A database that is copied, for what does not depend on its kind."""
    connection_string = Secret("UseDevelopmentStorage=true")
    settings = Settings(
        app_env=Environment.TESTING, azure_storage_connection_string=connection_string, data_dir=tmp_path
    )
    databases = build(prepared(settings))
    yield databases.durable
    databases.close()


@pytest.fixture
def states(durable: Database) -> ServiceStore:
    return ServiceStore(durable)


@pytest.fixture
def pauses() -> list[float]:
    """The pauses that were made."""
    return []


@pytest.fixture
def client(durable: Database, states: ServiceStore, outside: OutsideService, pauses: list[float]) -> ServiceClient:
    return ServiceClient(EgressGuard([outside.host]), states, AnswerStore(durable), wait=pauses.append)
