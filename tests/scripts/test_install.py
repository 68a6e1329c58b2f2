"""The installation does what is needed, once, and mends what was interrupted.

The lock files here are empty, so that nothing is downloaded; the virtual environment and npm are real.
"""

import json
import subprocess
from pathlib import Path

import pytest

from scripts.install import LOCKS, PIPS, Installation, InstallError
from tests.server import ROOT

EMPTY_LOCK = {"name": "empty", "lockfileVersion": 3, "requires": True, "packages": {"": {"name": "empty"}}}


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    for name in [*LOCKS.values(), *(pip.lock for pip in PIPS.values())]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "package.json").write_text(json.dumps({"name": "empty"}))
    (tmp_path / "package-lock.json").write_text(json.dumps(EMPTY_LOCK))
    (tmp_path / "node_modules").mkdir()
    return Installation(root=tmp_path)


@pytest.mark.thorough
def test_what_is_installed_is_left_alone(installation: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    installation.install(dev=False)
    assert "Making a virtual environment" in capsys.readouterr().out
    installation.install(dev=False)
    assert capsys.readouterr().out == ""


@pytest.mark.thorough
def test_the_checks_tools_are_added_to_what_is_there(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.install(dev=False)
    capsys.readouterr()
    installation.install(dev=True)
    said = capsys.readouterr().out
    assert "requirements-dev.txt" in said
    assert "oldest pip" in said
    assert "virtual environment" not in said
    installation.install(dev=True)
    assert capsys.readouterr().out == ""


@pytest.mark.thorough
def test_what_recognises_speech_is_added_where_it_is_wished_for(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.install(dev=False)
    assert "captions" not in capsys.readouterr().out
    installation.install(dev=False, captions=True)
    assert "requirements-captions.txt" in capsys.readouterr().out
    installation.install(dev=False, captions=True)
    installation.install(dev=False)
    assert capsys.readouterr().out == ""


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("lock", "what"),
    [
        ("requirements.txt", "Making a virtual environment"),
        ("package-lock.json", "Installing Node.js packages"),
    ],
)
def test_a_changed_lock_file_is_followed(
    installation: Installation, capsys: pytest.CaptureFixture[str], lock: str, what: str
) -> None:
    installation.install(dev=False)
    capsys.readouterr()
    with (installation.root / lock).open("a") as file:
        file.write("\n")
    installation.install(dev=False)
    assert what in capsys.readouterr().out


@pytest.mark.thorough
def test_an_active_environment_is_known_and_can_be_replaced(installation: Installation) -> None:
    installation.install(dev=False)

    def again() -> str:
        code = f"from scripts.install import *; Installation(root=Path({str(installation.root)!r})).install(dev=False)"
        inside = installation.root / ".venv/bin/python3"
        return subprocess.run([inside, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert again() == ""
    (installation.root / "requirements.txt").write_text("\n")
    assert "Making a virtual environment" in again()
    assert again() == ""


@pytest.mark.thorough
def test_an_interrupted_installation_is_started_over(
    installation: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = installation.root / "requirements.txt"
    lock.write_text("./no-such-package.whl\n")
    with pytest.raises(InstallError):
        installation.install(dev=False)
    capsys.readouterr()
    lock.write_text("")
    installation.install(dev=False)
    assert "starting it over" in capsys.readouterr().out
    installation.install(dev=False)
    assert capsys.readouterr().out == ""


@pytest.mark.thorough
def test_a_package_without_a_hash_is_refused(installation: Installation) -> None:
    (installation.root / "requirements.txt").write_text("flask\n")
    with pytest.raises(InstallError, match=r"requirements\.txt could not be installed"):
        installation.install(dev=False)
