"""The locks are closed: an installer takes what they name, and never has to look anything up.

An open lock passes until the day on which something in it has a newer release. So they are resolved here against an
index in which everything has one already.
"""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.install import LOCKS, PIPS
from tests.server import ROOT
from tests.stand_ins import Locked, running_index, write_lock_of_stand_ins

# pip 22.3 came with Python 3.11.0; it does not run on a later one.
_PIPS = ["own", "newest", *(["oldest"] if sys.version_info < (3, 12) else [])]
_PYTHONS = ("3.11.0", "3.11.7", "3.12.1", "3.13.0", "3.14.0")
_SYSTEMS = {"linux": ("Linux", "posix"), "darwin": ("Darwin", "posix"), "win32": ("Windows", "nt")}
_MACHINES = [
    {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "implementation_version": python,
        "sys_platform": system,
        "platform_system": _SYSTEMS[system][0],
        "os_name": _SYSTEMS[system][1],
    }
    for python, system in itertools.product(_PYTHONS, _SYSTEMS)
]


@pytest.mark.thorough
@pytest.mark.parametrize("pip", _PIPS)
@pytest.mark.parametrize("part", sorted(LOCKS))
def test_pip_installs_what_the_lock_names_and_looks_for_nothing_else(part: str, pip: str, tmp_path: Path) -> None:
    packages = Locked.all_of(ROOT / LOCKS[part])
    lock, report = tmp_path / "lock.txt", tmp_path / "report.json"
    with running_index(tmp_path / "index", packages) as index:
        write_lock_of_stand_ins(ROOT / LOCKS[part], folder=index.folder, target=lock)
        # This is how App Service installs, too: not a word about hashes or dependencies.
        options = ["--dry-run", "--ignore-installed", "--quiet", "--no-cache-dir", "--disable-pip-version-check"]
        done = subprocess.run(
            [*_pip(pip), "install", *options, f"--index-url={index.url}", f"--report={report}", "-r", str(lock)],
            env={"PATH": os.defpath, "HOME": str(tmp_path), "PIP_CONFIG_FILE": os.devnull},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    taken = [each["metadata"] for each in json.loads(report.read_text())["install"]]
    installed = {(canonicalize_name(each["name"]), each["version"]) for each in taken}
    expected = {(package.name, package.version) for package in packages if package.applies()}
    assert installed == expected
    assert index.names_asked() == {name for name, _ in expected}
    assert index.files_fetched() == {f"{name.replace('-', '_')}-{version}" for name, version in expected}


@pytest.mark.parametrize("part", sorted(LOCKS))
def test_a_lock_is_closed_on_every_python_and_system(part: str) -> None:
    packages = Locked.all_of(ROOT / LOCKS[part])
    missing = {
        f"{package.name} needs {need} on {machine['sys_platform']} with Python {machine['python_full_version']}"
        for machine in _MACHINES
        for package in packages
        if package.applies(machine)
        for need in map(Requirement, package.needs())
        if _holds(need, package.requirement.extras, machine) and not _is_locked(need, packages, machine)
    }
    assert not missing


@pytest.mark.parametrize("part", sorted(LOCKS))
def test_a_lock_names_each_package_once(part: str) -> None:
    names = [package.name for package in Locked.all_of(ROOT / LOCKS[part])]
    assert sorted(names) == sorted(set(names))


def _pip(which: str) -> list[str]:
    if which == "own":
        return [sys.executable, "-m", "pip"]
    wheels = list((ROOT / PIPS[which].folder).glob("pip-*.whl"))
    assert wheels, "`make install-dev` brings the pips that the locks are tried with."
    return [sys.executable, str(wheels[0] / "pip")]


def _holds(need: Requirement, extras: set[str], machine: dict[str, str]) -> bool:
    """Tell whether something with these extras needs this on that machine."""
    return need.marker is None or any(need.marker.evaluate(machine | {"extra": extra}) for extra in {"", *extras})


def _is_locked(need: Requirement, packages: list[Locked], machine: dict[str, str]) -> bool:
    return any(
        package.name == canonicalize_name(need.name)
        and package.applies(machine)
        and need.extras <= package.requirement.extras
        and need.specifier.contains(package.version, prereleases=True)
        for package in packages
    )
