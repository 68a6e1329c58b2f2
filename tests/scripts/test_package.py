"""The package holds what the server runs and nothing else, and it runs by itself."""

import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.package import ROOT, PackageError, build_package, check_package
from utils.vendored import VENDORED


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package") / "reelgate.zip"
    build_package(path)
    return path


def test_it_holds_the_app_with_its_assets_and_no_development_file(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        names = archive.namelist()
    expected = {"app.py", "config.py", "gunicorn.conf.py", "startup.sh", "requirements.txt"}
    assert {name for name in names if "/" not in name} == expected
    assert {name.partition("/")[0] for name in names if "/" in name} == {
        *("routes", "services", "utils", "static", "templates", "texts"),
    }
    for folder in ("static", "texts"):
        on_disk = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        brought = {f"static/{name}" for name in VENDORED} if folder == "static" else set()
        assert {name for name in names if name.startswith(f"{folder}/")} == on_disk | brought
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_the_same_tree_gives_the_same_package(package: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    build_package(again)
    assert again.read_bytes() == package.read_bytes()


def test_a_part_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"app\.py is missing"):
        build_package(tmp_path / "reelgate.zip", root=tmp_path)


@pytest.mark.thorough
def test_it_runs_where_nothing_else_lies(package: Path) -> None:
    check_package(package, python=Path(sys.executable))


def test_one_that_lacks_a_module_is_found_out(package: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(package) as whole, zipfile.ZipFile(broken, "w") as rest:
        for entry in whole.infolist():
            if entry.filename != "utils/problems.py":
                rest.writestr(entry, whole.read(entry))
    with pytest.raises(PackageError, match=r"utils\.problems"):
        check_package(broken, python=Path(sys.executable))


@pytest.mark.fire
def test_its_requirements_are_all_that_it_needs(package: Path, tmp_path: Path) -> None:
    shutil.copy(package, tmp_path)
    check_package(tmp_path / package.name)
