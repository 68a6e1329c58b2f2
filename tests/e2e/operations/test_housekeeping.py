"""What repairs itself, and the commands: with real processes that are really killed."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.server import ROOT, Server, running_server
from tests.videos import mp4


def upload(server: Server, name: str = "film.mp4") -> dict[str, Any]:
    answer = requests.put(f"{server.url}/api/upload/{name}", data=mp4(3000), timeout=60)
    answer.raise_for_status()
    return dict(answer.json())


def listed(server: Server) -> list[dict[str, Any]]:
    answer = requests.get(f"{server.url}/api/videos", params={"limit": 200}, timeout=60)
    answer.raise_for_status()
    return list(answer.json()["videos"])


def lasting(video: dict[str, Any]) -> dict[str, Any]:
    """What is to be the same on every server: not its address, nor which jobs there are for what is to be made."""
    states = {kind: {**state, "job": ""} for kind, state in video["processing"].items()}
    return {**video, "url": "", "processing": states}


def wait_until(condition: Callable[[], bool], *, patience: float = 90) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.1)


def command(server: Server, data_dir: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "APP_ENV": "testing",
        "DATA_DIR": str(data_dir),
        "AZURE_STORAGE_CONNECTION_STRING": server.connection_string,
        "AZURE_STORAGE_CONTAINER_NAME": server.container_name,
    }
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *arguments],
        env=environment | settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_crash_between_commit_and_index_is_repaired_by_itself(azurite: str, tmp_path: Path) -> None:
    with running_server(azurite, data_dir=tmp_path) as server, ThreadPoolExecutor(1) as client:
        first = upload(server)
        wait_until(lambda: "housekeeping: trash" in server.log)
        # Whoever holds this lock keeps the index write of the next upload waiting.
        lock = sqlite3.connect(tmp_path / "catalogue.sqlite3", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        answer = client.submit(upload, server, "second.mp4")
        wait_until(lambda: len(server.blob_names()) == 2)
        [worker] = server.workers
        worker.kill()
        lock.close()
        with pytest.raises(requests.RequestException):
            answer.result()
        wait_until(lambda: len(listed(server)) == 2)
        assert {video["id"] for video in listed(server)} == set(server.blob_names())
        # What has the same bytes or looks alike is told of one video alone, not in a list.
        del first["copies"], first["near_duplicates"]
        assert first in listed(server)


def test_a_lost_database_fills_itself_again(azurite: str, tmp_path: Path) -> None:
    with running_server(azurite, data_dir=tmp_path / "one") as server:
        videos = [upload(server, f"{n}.mp4") for n in range(3)]
        for video in videos:
            change = {"title": f"Titel {video['id'][-5]} ü", "tags": ["a"]}
            requests.patch(server.url + video["links"]["self"], json=change, timeout=60).raise_for_status()
        before = {video["id"]: lasting(video) for video in listed(server)}
        container = server.container_name
    with running_server(azurite, data_dir=tmp_path / "two", azure_storage_container_name=container) as server:
        wait_until(lambda: len(listed(server)) == 3)
        # The jobs are lost with the database, and housekeeping asks for new ones.
        wait_until(lambda: "housekeeping: media" in server.log)
        assert {video["id"]: lasting(video) for video in listed(server)} == before
        wait_until(lambda: "rebuilding" not in requests.get(f"{server.url}/api/videos", timeout=60).json())


def test_the_commands_rebuild_check_and_purge(azurite: str, tmp_path: Path) -> None:
    with running_server(azurite, data_dir=tmp_path / "server") as server:
        wait_until(lambda: "housekeeping: trash" in server.log)
        kept, trashed = upload(server), upload(server)
        requests.delete(server.url + trashed["links"]["self"], timeout=60).raise_for_status()
        with server.container() as container:
            container.upload_blob("folder/by azcopy.mp4", mp4(3000))
        other = tmp_path / "other"
        # As every start does; an adoption that cannot be said is tried again with every check.
        assert command(server, other, "database", "upgrade").returncode == 0
        done = command(server, other, "catalogue", "rebuild")
        assert done.returncode == 0, done.stderr
        assert "3 blobs seen, 2 videos written, 1 adopted, 0 refused, 0 changed, 0 gone" in done.stdout
        again = command(server, other, "catalogue", "drift")
        assert "3 blobs seen, 0 videos written, 0 adopted, 0 refused, 0 changed, 0 gone" in again.stdout
        purged = command(server, other, "trash", "purge", TRASH_DAYS="0")
        assert purged.stdout == "1 videos deleted for good.\n"
        assert set(server.blob_names()) == {kept["id"], "folder/by azcopy.mp4"}
        played = requests.get(f"{server.url}/api/videos/folder/by%20azcopy.mp4/content", timeout=60)
        assert played.content == mp4(3000)


def test_a_command_that_fails_says_so_in_a_line(azurite: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with running_server(azurite) as server:
        done = command(server, tmp_path / "file", "catalogue", "rebuild")
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        assert "cannot be reached" in done.stderr
