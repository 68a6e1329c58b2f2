"""An app that may take in a folder, and that folder."""

import uuid
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from config import Environment, Secret, Settings
from routes.http.wiring import SERVICES
from services.assembly import Services
from tests.databases import prepared
from tests.videos import mp4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "films"
    found.mkdir()
    for number in range(3):
        (found / f"{number}.mp4").write_bytes(mp4(3000) + bytes([number]))
    (found / "notes.txt").write_text("no film")
    return found


@pytest.fixture
def app(azurite: str, tmp_path: Path, folder: Path) -> Flask:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"migration-{uuid.uuid4().hex[:8]}",
        data_dir=tmp_path / "data",
        migration_dir=folder,
    )
    return create_app(prepared(settings))


@pytest.fixture
def parts(app: Flask) -> Services:
    found: Services = app.extensions[SERVICES]
    found.platform.blob_storage().prepare()
    return found
