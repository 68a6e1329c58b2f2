"""A process whose clock is wrong: a small library in front of the C library's, compiled when it is asked for."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

WrongBy = Callable[[timedelta], dict[str, str]]
"""The settings of a server whose clock is ahead by so much."""

_SOURCE = Path(__file__).with_suffix(".c")


@pytest.fixture(scope="session")
def wrong_by(tmp_path_factory: pytest.TempPathFactory) -> WrongBy:
    """Settings for `running_server`; where there is no compiler, what needs them is skipped."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("No C compiler to make a wrong clock with.")
    library = tmp_path_factory.mktemp("clock") / "wrong_clock.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, _SOURCE, "-ldl"], check=True)
    return lambda ahead: {"ld_preload": str(library), "wrong_clock_seconds": f"{ahead.total_seconds():.0f}"}
