"""Which ffmpeg is found."""

import shutil
from pathlib import Path

import pytest

from services.media.errors import ToolMissingError
from services.media.programs import find_programs
from tests.media_films import PROGRAMS


def test_the_one_of_pypi_stands_in_where_there_is_none_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    programs = find_programs(None)
    assert programs.origin == "PyPI"
    assert programs.lacks == ()
    assert programs.maps_tones


def test_the_one_on_path_comes_first_and_brings_its_probe(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ffmpeg", "ffprobe"):
        (tmp_path / name).symlink_to(PROGRAMS.ffmpeg)
    monkeypatch.setenv("PATH", str(tmp_path))
    programs = find_programs(None)
    assert (programs.origin, programs.ffprobe) == ("PATH", str(tmp_path / "ffprobe"))


def test_the_configured_one_comes_before_all(tmp_path: Path) -> None:
    (tmp_path / "mine").symlink_to(PROGRAMS.ffmpeg)
    assert find_programs(str(tmp_path / "mine")).ffmpeg == str(tmp_path / "mine")
    with pytest.raises(ToolMissingError):
        find_programs(str(tmp_path / "other"))


def test_what_does_not_run_is_said() -> None:
    with pytest.raises(ToolMissingError, match="FFMPEG"):
        _ = find_programs(shutil.which("false")).version
