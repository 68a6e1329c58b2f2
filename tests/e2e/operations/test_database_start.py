"""A server brings its database to its version before it serves, or says why it cannot."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import psutil
import requests

from services.database.schema import VERSION_TABLE, revisions
from tests.server import ROOT, running_server


def test_a_server_prepares_its_database_and_its_workers_know_no_alembic(azurite: str) -> None:
    with running_server(azurite) as server:
        assert requests.get(f"{server.url}/health/ready", timeout=20).status_code == 200
        assert server.flask("database", "current") == f"{revisions()[-1]}\n"
        assert server.flask("database", "upgrade") == f"Revision {revisions()[-1]}, as before.\n"
        [worker] = [each for each in server.workers if "gunicorn" in " ".join(each.cmdline())]
        assert not [each.path for each in psutil.Process(worker.pid).memory_maps() if "alembic" in each.path]


def test_a_server_does_not_start_on_a_database_of_a_newer_version(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "reelgate.sqlite3") as connection:
        connection.execute(f"CREATE TABLE {VERSION_TABLE} (version_num TEXT PRIMARY KEY)")
        connection.execute(f"INSERT INTO {VERSION_TABLE} VALUES ('of_tomorrow')")
    connection.close()
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "APP_ENV": "testing",
        "PORT": "0",
        "DATA_DIR": str(tmp_path),
        "AZURE_STORAGE_CONNECTION_STRING": "AccountName=a;AccountKey=YQ==;BlobEndpoint=http://127.0.0.1:9/a;",
    }
    done = subprocess.run(
        ["bash", "startup.sh"], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1
    assert "Reelgate cannot start: The database was made by a newer Reelgate (revision of_tomorrow)" in done.stderr
    assert "Traceback" not in done.stderr
