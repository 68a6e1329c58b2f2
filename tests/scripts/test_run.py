"""`make run` as its user meets it."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from scripts.ports import held_port
from scripts.run import own_settings

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Run:
    """A `make run` that has said where it is."""

    process: subprocess.Popen[str]
    said: list[str]
    family: list[psutil.Process]


@pytest.fixture
def port() -> Iterator[int]:
    with held_port() as port:
        yield port


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
    with _running(tmp_path, port), held_port() as another:
        done = subprocess.run(
            ["make", "run"],
            env=_environment(tmp_path, another),
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


def test_speech_is_recognised_where_that_is_wished_for_and_nothing_else_is_said() -> None:
    def engine(**environment: str) -> str | None:
        return own_settings(environment, port=8000, data=Path("data")).get("CAPTIONS_ENGINE")

    assert engine(CAPTIONS="1") == "whisper"
    assert engine(CAPTIONS="1", CAPTIONS_ENGINE="none") is None
    assert engine() is None
    assert engine(CAPTIONS="0") is None


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what a server is made from, to be changed."""
    copy = tmp_path / "tree"
    for name in ("routes", "services", "utils", "static", "templates", "scripts"):
        shutil.copytree(ROOT / name, copy / name)
    for name in ("app.py", "config.py", "gunicorn.conf.py", "startup.sh"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def test_it_starts_again_when_a_file_changes_and_waits_for_one_that_does_not_start(
    tree: Path, tmp_path: Path, port: int, azurite: str
) -> None:
    page = tree / "templates/library/trash.html"
    app = tree / "app.py"
    working = app.read_text()
    environment = _environment(tmp_path / "data", port, AZURE_STORAGE_CONNECTION_STRING=azurite)
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.run", "--restarting"],
        env=environment,
        cwd=tree,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        process_group=0,
    ) as process:
        try:
            _read_until_running(process)
            page.write_text(page.read_text() + "<!-- another -->")
            said = _read_until_running(process)
            assert "templates/library/trash.html has changed. Starting the server again …\n" in said
            app.write_text("this is no Python")
            _read_until(process, "The server did not start")
            assert _is_free(port)
            app.write_text(working)
            assert "app.py has changed. Starting the server again …\n" in _read_until_running(process)
            assert _status_of(port, "/health") == 200
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.communicate(timeout=30)
    assert process.returncode == 0


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


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
    return _read_until(process, "Reelgate is running")


def _read_until(process: subprocess.Popen[str], beginning: str) -> list[str]:
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if line.startswith(beginning):
            return said
    pytest.fail(f"`make run` ended: {''.join(said)}")


def _status_of(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()
