"""A package index for tests: what a lock names, each package in its locked version and in a newer one, without content.

The stand-ins have the dependencies and extras of the packages that are installed here, so an installer resolves them as
it would the real ones; but each weighs a kilobyte, and no network is asked.
"""

import base64
import hashlib
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from threading import Thread
from typing import Self

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_WHEEL = "Wheel-Version: 1.0\nGenerator: stand-in\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_HASHES = re.compile(r"(?: *\\\n)? *--hash=\S+")


@dataclass(frozen=True)
class Locked:
    """One package of a lock."""

    requirement: Requirement

    @classmethod
    def all_of(cls, lock: Path) -> list[Self]:
        """What a lock file names, in its order."""
        text = _HASHES.sub("", lock.read_text())
        lines = [line.partition(" #")[0].strip() for line in text.splitlines()]
        return [cls(Requirement(line)) for line in lines if line and not line.startswith("#")]

    @property
    def name(self) -> str:
        """Its name as indexes spell it."""
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        """The one version that the lock allows."""
        [only] = self.requirement.specifier
        assert only.operator == "=="
        return only.version

    @property
    def newer_version(self) -> str:
        """A later release, so small a step that it lies within every bound the locked version lies within."""
        return f"{self.version}.1"

    def applies(self, environment: dict[str, str] | None = None) -> bool:
        """Tell whether it is installed on that machine, by default on this one."""
        marker = self.requirement.marker
        return marker is None or marker.evaluate(environment)

    def needs(self) -> list[str]:
        """What the installed package says it needs, as it says it; nothing for what is not installed here."""
        return self._stated("Requires-Dist")

    def offers(self) -> list[str]:
        """The extras of the installed package."""
        return self._stated("Provides-Extra")

    def _stated(self, name: str) -> list[str]:
        try:
            installed = metadata(self.name)
        except PackageNotFoundError:
            return []
        return list(installed.get_all(name) or []) if installed["Version"] == self.version else []


@dataclass(frozen=True)
class Index:
    """A simple index on loopback, and what it has been asked for."""

    folder: Path
    url: str
    asked: list[str] = field(default_factory=list)

    def names_asked(self) -> set[str]:
        """The packages somebody wanted to know the versions of."""
        return {path.split("/")[2] for path in self.asked if path.startswith("/simple/")}

    def files_fetched(self) -> set[str]:
        """The packages and versions that somebody took, as `name-version`."""
        return {"-".join(Path(path).name.split("-")[:2]) for path in self.asked if path.startswith("/files/")}


@contextmanager
def running_index(folder: Path, packages: list[Locked]) -> Iterator[Index]:
    """Serve the stand-ins of these packages for the length of the block."""
    for package in packages:
        _offer(folder, package)
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            asked.append(self.path)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so.
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Index(folder=folder, url=f"http://127.0.0.1:{server.server_port}/simple/", asked=asked)
        finally:
            server.shutdown()
            thread.join()


def write_lock_of_stand_ins(lock: Path, *, folder: Path, target: Path) -> None:
    """Copy a lock to `target`, with the stand-ins' hashes in place of the real ones."""
    with target.open("w") as copy:
        for package in Locked.all_of(lock):
            file = folder / "files" / _file_name(package.name, package.version)
            copy.write(f"{package.requirement} --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n")


def _offer(folder: Path, package: Locked) -> None:
    files, page = folder / "files", folder / "simple" / package.name / "index.html"
    files.mkdir(parents=True, exist_ok=True)
    page.parent.mkdir(parents=True, exist_ok=True)
    links = page.read_text() if page.exists() else ""
    for version in (package.version, package.newer_version):
        path = files / _file_name(package.name, version)
        _write_wheel(path, package=package, version=version)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        links += f'<a href="/files/{path.name}#sha256={digest}">{path.name}</a><br>\n'
    page.write_text(links)


def _file_name(name: str, version: str) -> str:
    return f"{name.replace('-', '_')}-{version}-py3-none-any.whl"


def _write_wheel(path: Path, *, package: Locked, version: str) -> None:
    stated = ["Metadata-Version: 2.1", f"Name: {package.name}", f"Version: {version}"]
    stated += [f"Requires-Dist: {need}" for need in package.needs()]
    stated += [f"Provides-Extra: {extra}" for extra in package.offers()]
    folder = f"{package.name.replace('-', '_')}-{version}.dist-info"
    contents = {f"{folder}/METADATA": "\n".join([*stated, ""]), f"{folder}/WHEEL": _WHEEL}
    record = "".join(f"{name},sha256={_digest(text)},{len(text.encode())}\n" for name, text in contents.items())
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in (contents | {f"{folder}/RECORD": f"{record}{folder}/RECORD,,\n"}).items():
            wheel.writestr(zipfile.ZipInfo(name), text)


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
