"""The app on real storage, with a video that has no words yet."""

from collections.abc import Iterator

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient
from flask import Flask
from flask.testing import FlaskClient

from services.assembly import Services
from tests.app_here import app_here
from tests.videos import mp4


@pytest.fixture(scope="module")
def app(azurite: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return app_here(azurite, tmp_path_factory.mktemp("words"), trash_days=0)


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
