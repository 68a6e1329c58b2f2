"""The app in this process, for what needs no server around it."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from config import Environment, Secret, Settings
from tests.databases import prepared


@pytest.fixture
def app(azurite: str, tmp_path: Path) -> Flask:
    """An app with real storage behind it."""
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name="videos-of-route-tests",
        data_dir=tmp_path,
    )
    return create_app(prepared(settings))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of that app."""
    return app.test_client()


@pytest.fixture(autouse=True)
def _quick(cheap_hashes: None) -> None:
    """Many sign in."""
