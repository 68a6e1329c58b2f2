"""The app on real storage, with videos in it."""

import itertools
import uuid
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import Environment, Secret, Settings
from routes.http.wiring import SERVICES
from services.assembly import Services
from tests.databases import prepared
from tests.numbered_films import numbered_film
from tests.routes.media.films import stored, work
from tests.videos import mp4

_SEEDS = itertools.count()


@pytest.fixture(scope="session")
def film_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with sound that browsers play, of eight seconds."""
    return numbered_film(tmp_path_factory.mktemp("films") / "Holiday Film.mp4")


@pytest.fixture(scope="module")
def app(azurite: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"tiers-{uuid.uuid4().hex[:8]}",
        data_dir=tmp_path_factory.mktemp("tiers"),
    )
    return create_app(prepared(settings))


@pytest.fixture(scope="module")
def parts(app: Flask) -> Services:
    found: Services = app.extensions[SERVICES]
    found.platform.blob_storage().prepare()
    return found


@pytest.fixture
def client(app: Flask, parts: Services) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def video(client: FlaskClient) -> str:
    """A video that nobody has looked into."""
    answer = client.put("/api/upload/film.mp4", data=mp4(3000, seed=next(_SEEDS)))
    return str(answer.get_json()["id"])


@pytest.fixture
def film(client: FlaskClient, parts: Services, film_file: Path) -> str:
    """A film of eight seconds in the library, looked into."""
    id_ = stored(client, film_file)
    work(parts, id_, "probe")
    return id_
