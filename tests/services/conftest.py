"""Databases that nobody has used yet, of each kind."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, make_url

from config import Environment, Secret, Settings
from scripts.postgres import find_postgres, running_postgres
from services.assembly import Services, build_services
from services.database import schema
from services.database.engine import Connections, Database, sqlite_file
from tests.accounts import Build
from tests.databases import execute, prepare


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server to make databases on."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
    elif find_postgres() is None:
        pytest.skip("PostgreSQL is not installed.")
    else:
        with running_postgres() as url:
            yield url


@pytest.fixture(scope="session")
def postgres_server(postgres: str) -> URL:
    """The same, as our engine is given it."""
    return make_url(postgres).set(drivername="postgresql+psycopg")


@pytest.fixture(scope="session")
def postgres_with_tables(postgres_server: URL) -> Iterator[str]:
    """The name of a database on that server with the durable tables, to be copied."""
    name = f"template_{uuid.uuid4().hex}"
    execute(postgres_server, f"CREATE DATABASE {name}")
    prepare(postgres_server.set(database=name).render_as_string(hide_password=False))
    yield name
    execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


NewDatabase = Callable[[str], str]
"""Makes an empty database, `sqlite` or `postgresql`, and returns its URL."""


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """What makes databases that nobody has used yet."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / uuid.uuid4().hex / 'reelgate.sqlite3'}"
        server: URL = request.getfixturevalue("postgres_server")
        name = f"test_{uuid.uuid4().hex}"
        execute(server, f"CREATE DATABASE {name}")
        request.addfinalizer(lambda: execute(server, f"DROP DATABASE {name} WITH (FORCE)"))
        return server.set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    """The URL of a database that nobody has used yet."""
    return new_database(request.param)


@pytest.fixture
def durable_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """The URL of a durable database, empty and of the newest revision."""
    if sqlite_file(make_url(database_url)):
        prepare(database_url)
    else:
        server: URL = request.getfixturevalue("postgres_server")
        name, template = make_url(database_url).database, request.getfixturevalue("postgres_with_tables")
        execute(server, f"DROP DATABASE {name}", f"CREATE DATABASE {name} TEMPLATE {template}")
    return database_url


@pytest.fixture
def durable(durable_url: str) -> Iterator[Database]:
    """That database."""
    database = Database(Connections(durable_url, precious=True, name="durable"), prepare=schema.check)
    yield database
    database.close()


@pytest.fixture
def build(durable_url: str, azurite: str, tmp_path: Path) -> Iterator[Build]:
    """Makes the services of one process; calling it again is another one on the same database."""
    file = sqlite_file(make_url(durable_url))
    made: list[Services] = []

    def make(**settings: Any) -> Services:
        usual: dict[str, Any] = {
            "app_env": Environment.TESTING,
            "azure_storage_connection_string": Secret(azurite),
            "azure_storage_container_name": "videos-of-accounts",
            "data_dir": file.parent if file else tmp_path,
            "database_url": None if file else Secret(durable_url),
            # New artists are looked up by themselves: no test asks the internet.
            "musicbrainz_url": None,
            "youtube_url": None,
        }
        services = build_services(Settings(**usual | settings))
        made.append(services)
        return services

    yield make
    for each in made:
        each.platform.databases.close()


@pytest.fixture
def services(build: Build) -> Services:
    """The services of one process."""
    return build()
