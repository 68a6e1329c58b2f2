"""The app on real storage, for films that are let in, worked on and shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient
from flask import Flask

from services.assembly import Services
from tests.app_here import app_here
from tests.media_films import make_film


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with sound that browsers play, of six seconds."""
    return make_film(tmp_path_factory.mktemp("films") / "h264.mp4")


@pytest.fixture
def app(azurite: str, tmp_path: Path) -> Flask:
    return app_here(azurite, tmp_path / "data")


@pytest.fixture
def derived(azurite: str, parts: Services) -> Iterator[ContainerClient]:
    service = BlobServiceClient.from_connection_string(azurite, api_version="2025-11-05")
    with service, service.get_container_client(f"{parts.platform.videos}-derived") as container:
        yield container
