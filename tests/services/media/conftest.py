"""A film that several tests use."""

from pathlib import Path

import pytest

from tests.media_films import make_film


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with sound that browsers play, of six seconds."""
    return make_film(tmp_path_factory.mktemp("media") / "h264.mp4")
