"""`make run` as its user meets it."""

import http.client
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Run:
    """A `make run` that has said where it is."""

    process: subprocess.Popen[str]
    said: list[str]
    family: list[psutil.Process]


@pytest.fixture
def port() -> int:
    return _free_port()


def test_it_says_where_it_runs_and_installs_nothing_twice(tmp_path: Path, port: int) -> None:
    with _running(tmp_path, port) as run:
        assert run.said[-1] == f"Reelgate is running at http://localhost:{port}  (Ctrl-C stops it)\n"
        assert not [line for line in run.said if "Installing" in line or "Making" in line]
        assert _status_of(port, "/health") == 200


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopping_it_leaves_no_process_behind(tmp_path: Path, port: int, how: signal.Signals) -> None:
    with _running(tmp_path, port) as run:
        assert {"make", "node", "gunicorn"} <= {process.name() for process in run.family}
        # A terminal sends Ctrl-C to the whole group in its foreground.
        os.killpg(run.process.pid, how)
        _, alive = psutil.wait_procs(run.family, timeout=30)
        assert alive == []
        assert run.process.stdout is not None
        assert "Stopped.\n" in run.process.stdout.readlines()


def test_a_busy_port_is_one_line_that_helps(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            ["make", "run"],
            env=_environment(tmp_path, port),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode != 0
    assert f"Port {port} is in use. Choose another: `PORT=8000 make run`." in done.stderr.splitlines()
    assert done.stdout == ""


def test_data_are_not_shared_by_two_at_once(tmp_path: Path, port: int) -> None:
    with _running(tmp_path, port):
        done = subprocess.run(
            ["make", "run"],
            env=_environment(tmp_path, _free_port()),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert "Another Reelgate keeps its data" in done.stderr


def test_a_configured_storage_is_used_instead_of_an_own_one(tmp_path: Path, port: int, azurite: str) -> None:
    with _running(tmp_path, port, AZURE_STORAGE_CONNECTION_STRING=azurite) as run:
        assert "node" not in {process.name() for process in run.family}
        assert not (tmp_path / "azurite").exists()


def test_a_server_that_cannot_start_shows_its_reason(tmp_path: Path, port: int) -> None:
    environment = _environment(tmp_path, port) | {"GUNICORN_CMD_ARGS": "--no-such-option"}
    done = subprocess.run(["make", "run"], env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "--no-such-option" in done.stderr
    assert "The server did not start" in done.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(data: Path, port: int, **settings: str) -> dict[str, str]:
    """Return an environment that overrides whatever `.env` says about storage."""
    own = {"PORT": str(port), "DATA_DIR": str(data), "AZURE_STORAGE_CONNECTION_STRING": ""}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return inherited | own | {"AZURE_STORAGE_ACCOUNT_URL": ""} | settings


@contextmanager
def _running(data: Path, port: int, **settings: str) -> Iterator[Run]:
    with subprocess.Popen(
        ["make", "run"],
        env=_environment(data, port, **settings),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    ) as process:
        try:
            said = _read_until_running(process)
            make = psutil.Process(process.pid)
            yield Run(process=process, said=said, family=[make, *make.children(recursive=True)])
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(timeout=30)


def _read_until_running(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("Reelgate is running"):
            return said
    pytest.fail(f"`make run` ended: {''.join(said)}")


def _status_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()
