"""The app on real storage, for clips that are asked for, cut and shown."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.assembly import Services
from tests.app_here import app_here
from tests.numbered_films import numbered_film
from tests.routes.media.films import stored, work


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with sound that browsers play, of eight seconds, with a key frame every two."""
    return numbered_film(tmp_path_factory.mktemp("films") / "Holiday Film.mp4")


@pytest.fixture
def app(azurite: str, tmp_path: Path) -> Flask:
    return app_here(azurite, tmp_path / "data")


@pytest.fixture
def video(client: FlaskClient, parts: Services, film: Path) -> str:
    """That film in the library, looked through."""
    id_ = stored(client, film)
    work(parts, id_, "probe")
    return id_
