"""What the page of the library says of its size."""

from pathlib import Path

import pytest

from tests.app_here import app_here
from tests.videos import mp4


def test_what_was_counted_before_the_first_video_came_is_not_said_beside_it(
    azurite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.library.library._COUNTING_SHARE", 1_000_000)  # An old count holds for ever.
    client = app_here(azurite, tmp_path).test_client()
    assert "No videos yet" in client.get("/").text
    assert client.put("/api/upload/film.mp4", data=mp4(3000)).status_code == 201
    assert "1 video ·" in client.get("/").text
