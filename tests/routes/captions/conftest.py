"""The app on real storage, with a video that has no words yet."""

import uuid
from collections.abc import Iterator

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import Environment, Secret, Settings
from routes.http.wiring import SERVICES
from services.assembly import Services
from tests.databases import prepared
from tests.videos import mp4


@pytest.fixture(scope="module")
def app(azurite: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"words-{uuid.uuid4().hex[:8]}",
        data_dir=tmp_path_factory.mktemp("words"),
        trash_days=0,
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
def video(client: FlaskClient) -> str:
    """The id of a video that nobody else has."""
    answer = client.put("/api/upload/film.mp4", data=mp4(3000))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(answer.get_json()["id"])


@pytest.fixture
def tracks(azurite: str, parts: Services) -> Iterator[ContainerClient]:
    service = BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05")
    with service, service.get_container_client(f"{parts.platform.videos}-tracks") as container:
        yield container
