"""The real server for tests: gunicorn, started by `startup.sh`, on a port of its own."""

import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil
import requests
from azure.storage.blob import BlobServiceClient, ContainerClient

from scripts.processes import running
from services.database.migrations.run import upgrade

ROOT = Path(__file__).resolve().parent.parent
_DATABASE = "reelgate.sqlite3"
_LISTENING = re.compile(r"Listening at: http://[^\s:]+:(\d+)")


@dataclass(frozen=True)
class Server:
    """A running Reelgate and what tests want to know of it."""

    port: int
    pid: int
    connection_string: str
    container_name: str
    log_path: Path
    environment: Mapping[str, str]

    def flask(self, *command: str, given: str | None = None) -> str:
        """Run one of the app's commands with this server's settings, give it that to read, return what it says."""
        done = subprocess.run(
            ["flask", "--app", "app", *command],
            cwd=ROOT,
            env=dict(self.environment),
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            input=given,
        )
        try:
            done.check_returncode()
        except subprocess.CalledProcessError as error:
            error.add_note(done.stderr)
            raise
        return done.stdout

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All that it has logged so far."""
        return self.log_path.read_text()

    @property
    def workers(self) -> list[psutil.Process]:
        """Its worker processes."""
        return psutil.Process(self.pid).children()

    def container(self) -> ContainerClient:
        """The videos container, entered past the server."""
        service = BlobServiceClient.from_connection_string(self.connection_string, api_version="2025-11-05")
        return service.get_container_client(self.container_name)

    def blob_names(self, *, uncommitted: bool = False) -> list[str]:
        """What storage holds, with blobs of which only blocks are staged when `uncommitted`."""
        include = ["uncommittedblobs"] if uncommitted else []
        with self.container() as container:
            if not container.exists():
                return []
            return [blob.name for blob in container.list_blobs(include=include)]

    def record_names(self, prefix: str) -> list[str]:
        """The records whose names begin so; their container is named after that of the videos."""
        service = BlobServiceClient.from_connection_string(self.connection_string, api_version="2025-11-05")
        records = f"{self.container_name}-uploads"
        with service, service.get_container_client(records) as container:
            return [blob.name for blob in container.list_blobs(name_starts_with=prefix)]

    def content(self, name: str) -> bytes:
        """The bytes of one blob."""
        with self.container() as container:
            return container.download_blob(name).readall()


@contextmanager
def running_server(connection_string: str, **settings: object) -> Iterator[Server]:
    """Run the server for the length of the block, with a container of its own and one worker unless `settings` differ.

    Settings are given by their environment names in lower case. Without a folder or a database of the test's own it
    finds its tables made: a process that migrates costs half a second.
    """
    container = f"videos-{uuid.uuid4().hex[:12]}"
    with tempfile.TemporaryDirectory(prefix="reelgate-test-") as folder:
        environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": folder,
            "APP_ENV": "testing",
            "PORT": "0",
            "WEB_CONCURRENCY": "1",
            # Most tests have no work for it, and there are many servers.
            "WORKER_CONCURRENCY": "0",
            "DATA_DIR": folder,
            "AZURE_STORAGE_CONNECTION_STRING": connection_string,
            "AZURE_STORAGE_CONTAINER_NAME": container,
            # New artists are looked up by themselves: no test asks the internet.
            "MUSICBRAINZ_URL": "off",
            "YOUTUBE_URL": "off",
        }
        environment |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
        environment |= {name.upper(): str(value) for name, value in settings.items()}
        if environment["DATA_DIR"] == folder:
            Path(folder, _DATABASE).write_bytes(_prepared_database())
        log_path = Path(folder, "server.log")
        with (
            log_path.open("wb") as output,
            running(["bash", "startup.sh"], env=environment, cwd=ROOT, output=output) as process,
        ):
            port = _wait_for_port(log_path, ended=lambda: process.poll() is not None)
            server = Server(
                port=port,
                pid=process.pid,
                connection_string=connection_string,
                container_name=environment["AZURE_STORAGE_CONTAINER_NAME"],
                log_path=log_path,
                environment=environment,
            )
            requests.get(f"{server.url}/health", timeout=30).raise_for_status()
            yield server


@cache
def _prepared_database() -> bytes:
    """A database of the newest revision with nobody in it."""
    with tempfile.TemporaryDirectory(prefix="reelgate-test-") as folder:
        file = Path(folder, _DATABASE)
        upgrade(f"sqlite:///{file}")
        return file.read_bytes()


def in_flight(server: Server) -> int:
    """How many uploads the server is taking in."""
    lines = requests.get(f"{server.url}/metrics", timeout=30).text.splitlines()
    return int(sum(float(line.split()[-1]) for line in lines if line.startswith("reelgate_uploads_in_flight")))


def eventually(condition: Callable[[], bool], *, patience: float = 20) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "It did not come true in time."
        time.sleep(0.05)


def _wait_for_port(log_path: Path, *, ended: Callable[[], bool], patience: float = 90) -> int:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if listening := _LISTENING.search(log_path.read_text()):
            return int(listening[1])
        if ended():
            break
        time.sleep(0.02)
    raise AssertionError(f"The server did not start:\n{log_path.read_text()}")
