"""The app in this process, and people who may see some videos and not others."""

import uuid
from pathlib import Path

import pytest

from app import create_app
from config import Environment, Secret, Settings
from tests.databases import prepared
from tests.routes.test_people import House


@pytest.fixture
def house(azurite: str, tmp_path: Path) -> House:
    settings = Settings(
        app_env=Environment.TESTING,
        azure_storage_connection_string=Secret(azurite),
        azure_storage_container_name=f"signs-{uuid.uuid4().hex[:12]}",
        data_dir=tmp_path,
    )
    return House(create_app(prepared(settings)))
