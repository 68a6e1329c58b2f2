"""The app in this process, and people who may see some videos and not others."""

from pathlib import Path

import pytest

from tests.app_here import app_here
from tests.routes.test_people import House


@pytest.fixture
def house(azurite: str, tmp_path: Path) -> House:
    return House(app_here(azurite, tmp_path, document_max_mb=16))
