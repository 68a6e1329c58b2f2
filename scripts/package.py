"""Build the zip that Azure App Service deploys, and prove that it runs. Behind `make package`.

The proof: unpacked in an empty directory, with nothing but its own requirements.txt installed, `startup.sh` serves the
page with all its assets and stores a video.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from scripts.azurite import AzuriteError, running_azurite
from scripts.processes import running
from utils.vendored import VENDORED, vendored

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "dist/reelgate.zip"
_CONTENTS = (
    *("app.py", "config.py", "gunicorn.conf.py", "startup.sh", "requirements.txt"),
    *("routes", "services", "utils", "static", "templates", "texts"),
)
_UNWANTED = frozenset({"__pycache__", ".DS_Store"})
# The same tree gives the same zip: a deployment of what is deployed already can be seen to be one.
_TIME = (2020, 1, 1, 0, 0, 0)
_LISTENING = re.compile(r"Listening at: http://[^\s:]+:(\d+)")
_ASSET = re.compile(r"""(?:href|src)="(/static/[^"]+)\"""")
_VIDEO = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(100_000)


class PackageError(Exception):
    """The package cannot be built, or does not run; the text says why."""


def build_package(target: Path, *, root: Path = ROOT) -> None:
    """Write the zip of the tree at `root`: what the server runs, and nothing else."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for path in _files(root):
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if path.suffix == ".sh" else 0o100644) << 16
            package.writestr(entry, path.read_bytes())
        for name, path in _vendored(root):
            entry = zipfile.ZipInfo(f"static/{name}", _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            package.writestr(entry, path.read_bytes())


def check_package(package: Path, *, python: Path | None = None) -> None:
    """Unpack, install, start and use the package; raise `PackageError` when a step fails.

    `python` is an interpreter that has the requirements already; without one they are installed into a fresh
    virtual environment, which takes a minute.
    """
    with tempfile.TemporaryDirectory(prefix="reelgate-package-") as folder:
        unpacked = Path(folder, "app")
        with zipfile.ZipFile(package) as archive:
            archive.extractall(unpacked)
        python = python or fresh_python(Path(folder, "venv"), unpacked / "requirements.txt")
        with running_azurite() as azurite, Path(folder, "server.log").open("wb") as output:
            environment = {
                "PATH": f"{python.parent}{os.pathsep}{os.defpath}",
                "APP_ENV": "production",
                "SECRET_KEY": "only-for-this-check-of-the-package",
                "HOST": "127.0.0.1",
                "ALLOWED_HOSTS": "127.0.0.1",
                "AUTH_MODE": "none",
                "OPEN_TO_EVERYBODY": "true",
                "PORT": "0",
                "WEB_CONCURRENCY": "1",
                "DATA_DIR": str(Path(folder, "data")),
                "AZURE_STORAGE_CONNECTION_STRING": azurite.connection_string,
            }
            with running(["bash", "startup.sh"], env=environment, cwd=unpacked, output=output) as server:
                log = Path(output.name)
                try:
                    _use(_port(log, server))
                except (OSError, http.client.HTTPException) as error:
                    raise PackageError(f"The server of the package does not answer:\n{log.read_text()}") from error


def _files(root: Path) -> Iterator[Path]:
    for name in _CONTENTS:
        path = root / name
        if not path.exists():
            raise PackageError(f"{name} is missing. Run `make install`.")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not _UNWANTED & set(file.relative_to(root).parts):
                yield file


def _vendored(root: Path) -> Iterator[tuple[str, Path]]:
    """Scripts of others, which in a checkout npm has installed."""
    for name in sorted(VENDORED):
        path = vendored(name, root=root)
        if path is None:
            raise PackageError(f"{VENDORED[name]} is missing. Run `make install`.")
        if not path.is_relative_to(root / "static"):
            yield name, path


def fresh_python(venv: Path, requirements: Path) -> Path:
    """The interpreter of a new virtual environment that has these requirements and nothing else."""
    python = venv / "bin/python"
    pip = [str(python), "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", str(venv)], [*pip, "--require-hashes", "-r", str(requirements)]):
        if subprocess.run(command, check=False).returncode != 0:
            raise PackageError("The requirements of the package could not be installed. The reason stands above.")
    return python


def _port(log: Path, server: subprocess.Popen[bytes], *, patience: float = 60) -> int:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if listening := _LISTENING.search(log.read_text()):
            return int(listening[1])
        if server.poll() is not None:
            break
        time.sleep(0.05)
    raise PackageError(f"The server of the package did not start:\n{log.read_text()}")


def _use(port: int) -> None:
    """Open the page with every asset that it names, store a video and find it in the list."""
    page = _ask(port, "GET", "/", accept="text/html").decode()
    assets = _ASSET.findall(page)
    if not assets:
        raise PackageError("The page names no asset, so something is missing in it.")
    for asset in assets:
        _ask(port, "GET", asset)
    video = json.loads(_ask(port, "PUT", "/api/upload/package.mp4", body=_VIDEO, status=201))
    listed = json.loads(_ask(port, "GET", "/api/videos"))["videos"]
    if [each["id"] for each in listed] != [video["id"]]:
        raise PackageError(f"The uploaded video is not in the list: {listed}")


def _ask(
    port: int, method: str, path: str, *, body: bytes | None = None, accept: str = "*/*", status: int = 200
) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, {"Accept": accept})
        response = connection.getresponse()
        answer = response.read()
    finally:
        connection.close()
    if response.status != status:
        raise PackageError(f"{method} {path} answered {response.status}, not {status}: {answer[:500]!r}")
    return answer


def main() -> int:
    """Build the package and check it."""
    try:
        build_package(PACKAGE)
        print(f"Built {PACKAGE.relative_to(ROOT)} ({PACKAGE.stat().st_size // 1024} KiB). Checking it …", flush=True)
        check_package(PACKAGE)
    except (PackageError, AzuriteError) as error:
        print(error, file=sys.stderr)
        return 1
    print("It starts from an empty directory, shows its page and stores a video.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
