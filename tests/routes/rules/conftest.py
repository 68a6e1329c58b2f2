"""The app on real storage, with a video in it."""

import uuid

import pytest
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
        azure_storage_container_name=f"rules-{uuid.uuid4().hex[:8]}",
        data_dir=tmp_path_factory.mktemp("rules"),
    )
    app = create_app(prepared(settings))
    services: Services = app.extensions[SERVICES]
    services.platform.blob_storage().prepare()
    app.test_client().put("/api/upload/film.mp4", data=mp4(3000))
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
