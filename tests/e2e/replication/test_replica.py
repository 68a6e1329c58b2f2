"""The durable database survives the loss of its machine, and two servers do not mix theirs."""

import shutil
import signal
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import psutil
import pytest
from azure.storage.blob import BlobServiceClient

from scripts.azurite import ACCOUNT_KEY
from tests.server import Server, eventually, running_server


class Start(Protocol):
    """Starts a server that keeps its database in that folder and its copy in the storage of the test."""

    def __call__(self, folder: Path) -> AbstractContextManager[Server]: ...


@pytest.fixture
def start(azurite: str) -> Start:
    videos = f"videos-{uuid.uuid4().hex[:12]}"

    def running(folder: Path) -> AbstractContextManager[Server]:
        return running_server(
            azurite, data_dir=folder, azure_storage_container_name=videos, database_replica="true", web_concurrency=2
        )

    return running


@contextmanager
def database(folder: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(folder / "reelgate.sqlite3", isolation_level=None, timeout=30)
    yield connection
    connection.close()


# The server keeps notes of its own in the same table.
OURS = "replica test: "


def write(folder: Path, *names: str) -> None:
    with database(folder) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO reelgate_notes VALUES (?, '1')", [(OURS + name,) for name in names])
        connection.execute("COMMIT")


def names(folder: Path) -> list[str]:
    with database(folder) as connection:
        rows = connection.execute(
            "SELECT name FROM reelgate_notes WHERE name LIKE ? ORDER BY name", (OURS + "%",)
        ).fetchall()
    return [row[0].removeprefix(OURS) for row in rows]


def copied(server: Server) -> Callable[[], int]:
    """How many pieces of the copy there are."""

    def count() -> int:
        with BlobServiceClient.from_connection_string(server.connection_string, api_version="2025-11-05") as service:
            container = service.get_container_client(f"{server.container_name}-uploads")
            return len(list(container.list_blob_names(name_starts_with="database/copy/ltx/0/")))

    return count


def kill_everything(server: Server) -> None:
    top = psutil.Process(server.pid)
    family = [top, *top.children(recursive=True)]
    for process in family:
        process.send_signal(signal.SIGSTOP)
    for process in family:
        process.kill()
    psutil.wait_procs(family, timeout=30)


def test_after_kill_9_and_the_loss_of_the_disk_the_rows_are_there(start: Start, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with start(first) as server:
        count = copied(server)
        eventually(lambda: count() > 0)
        before = count()
        write(first, *(f"note {number:03}" for number in range(100)))
        eventually(lambda: count() > before)
        for process in psutil.Process(server.pid).children(recursive=True):
            assert ACCOUNT_KEY not in " ".join(process.cmdline())
        kill_everything(server)
    shutil.rmtree(first)
    with start(second) as server:
        assert "restored from storage" in server.log
        assert names(second) == [f"note {number:03}" for number in range(100)]
        write(second, "the last word")
    # Stopped in good order, without a pause after the last change.
    shutil.rmtree(second)
    with start(second) as server:
        assert "the last word" in names(second)
        assert not [line for line in server.log.splitlines() if "ERROR" in line]


def test_a_second_server_says_so_and_does_not_start(start: Start, tmp_path: Path) -> None:
    with start(tmp_path / "first") as server:
        with (
            pytest.raises(AssertionError, match="Another server has its SQLite database copied"),
            start(tmp_path / "2"),
        ):
            pass
        assert copied(server)() > 0


def test_a_file_that_is_not_the_one_that_was_copied_last_is_not_mixed_in(start: Start, tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    with start(old):
        write(old, "of both")
    with start(new):
        write(new, "of the new one")
    with pytest.raises(AssertionError, match="remove the SQLite file here"), start(old):
        pass
    (old / "reelgate.sqlite3").unlink()
    with start(old):
        assert names(old) == ["of both", "of the new one"]


def test_whoever_copies_ends_with_the_server_and_litestream_is_started_again(start: Start, tmp_path: Path) -> None:
    def litestream(server: Server) -> list[psutil.Process]:
        family = psutil.Process(server.pid).children(recursive=True)
        return [process for process in family if process.name() == "litestream"]

    with start(tmp_path) as server:
        eventually(lambda: len(litestream(server)) == 1)
        [first] = litestream(server)
        first.kill()
        eventually(lambda: litestream(server) not in ([], [first]))
        write(tmp_path, "after")
        family = psutil.Process(server.pid).children(recursive=True)
        psutil.Process(server.pid).kill()
        _, alive = psutil.wait_procs(family, timeout=60)
        assert alive == []
    with start(tmp_path / "other"):
        assert names(tmp_path / "other") == ["after"]
