"""The app on real storage, for clips that are asked for, cut and shown."""

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


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with sound that browsers play, of eight seconds, with a key frame every two."""
    return numbered_film(tmp_path_factory.mktemp("films") / "Holiday Film.mp4")


@pytest.fixture
def app(azurite: str, tmp_path: Path) -> Flask:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"clips-{uuid.uuid4().hex[:8]}",
        data_dir=tmp_path / "data",
    )
    return create_app(prepared(settings))


@pytest.fixture
def parts(app: Flask) -> Services:
    found: Services = app.extensions[SERVICES]
    return found


@pytest.fixture
def client(app: Flask, parts: Services) -> FlaskClient:
    parts.platform.blob_storage().prepare()
    return app.test_client()


@pytest.fixture
def video(client: FlaskClient, parts: Services, film: Path) -> str:
    """That film in the library, looked through."""
    id_ = stored(client, film)
    work(parts, id_, "probe")
    return id_
