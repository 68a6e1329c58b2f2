"""The app in this process, for what needs no server around it."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.assembly import Services
from tests.app_here import app_here, services_of


@pytest.fixture
def app(azurite: str, tmp_path: Path) -> Flask:
    """An app with real storage behind it."""
    return app_here(azurite, tmp_path, azure_storage_container_name="videos-of-route-tests")


@pytest.fixture
def parts(app: Flask) -> Services:
    """What that app is built of."""
    return services_of(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client of that app."""
    return app.test_client()


@pytest.fixture(autouse=True)
def _quick(cheap_hashes: None) -> None:
    """Many sign in."""
