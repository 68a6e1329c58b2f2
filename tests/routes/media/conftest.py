"""The app on real storage, for films that are let in, worked on and shown."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import Environment, Secret, Settings
from routes.http.wiring import SERVICES
from services.assembly import Services
from tests.databases import prepared
from tests.media_films import make_film


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with sound that browsers play, of six seconds."""
    return make_film(tmp_path_factory.mktemp("films") / "h264.mp4")


@pytest.fixture
def app(azurite: str, tmp_path: Path) -> Flask:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"films-{uuid.uuid4().hex[:8]}",
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
def derived(azurite: str, parts: Services) -> Iterator[ContainerClient]:
    service = BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05")
    with service, service.get_container_client(f"{parts.platform.videos}-derived") as container:
        yield container
