"""The servers that are compared: each a gunicorn with one worker of the same kind, and what it costs."""

import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import requests

from scripts.azurite import Azurite
from scripts.processes import running

ROOT = Path(__file__).resolve().parent.parent
OURS = "app:create_app()"
_PATIENCE = 120.0


@dataclass(frozen=True, kw_only=True)
class Contender:
    """Something that takes uploads."""

    label: str
    application: str
    """As gunicorn names it, `module:callable`."""
    request: str
    """Method and path."""
    settings: Mapping[str, str] = field(default_factory=dict)
    tuned: bool = True
    """Whether it gets what `startup.sh` sets, or is a plain gunicorn."""
    options: Sequence[str] = ()
    """What gunicorn is told beyond its configuration."""


class Server:
    """A running contender, whose worker can be watched."""

    def __init__(self, contender: Contender, *, port: int, pid: int) -> None:
        self.contender = contender
        self.port = port
        self._parent = psutil.Process(pid)

    @property
    def cpu_seconds(self) -> float:
        """What the parent and its workers have used of the processors, in user and kernel mode."""
        times = [process.cpu_times() for process in (self._parent, *self.workers)]
        return sum(each.user + each.system for each in times)

    @property
    def worker(self) -> psutil.Process:
        """The one worker."""
        [worker] = self.workers
        return worker

    @property
    def workers(self) -> list[psutil.Process]:
        """All workers."""
        return self._parent.children()

    @property
    def resident_bytes(self) -> int:
        """What the worker occupies of the memory now."""
        return resident_bytes(self.worker)

    @property
    def peak_bytes(self) -> int:
        """The most that the worker has occupied since `forget_peak`."""
        return _status_bytes(self.worker.pid, "VmHWM")

    def forget_peak(self) -> None:
        """Begin to watch the peak anew (proc_pid_clear_refs(5))."""
        Path(f"/proc/{self.worker.pid}/clear_refs").write_text("5")


@contextmanager
def running_contender(contender: Contender, storage: Azurite) -> Iterator[Server]:
    """Run a contender for the length of the block; it is ready when the block begins."""
    port = free_port()
    settings = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "APP_ENV": "testing",
        "LOG_LEVEL": "WARNING",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "AZURE_STORAGE_CONNECTION_STRING": storage.connection_string,
        "AZURE_STORAGE_CONTAINER_NAME": "videos",
    }
    command = ["bash", "startup.sh"] if contender.tuned else ["gunicorn"]
    if contender.application != OURS:
        command += ["--config", "benchmarks/gunicorn_settings.py"]
    with (
        tempfile.TemporaryDirectory(prefix="reelgate-bench-") as folder,
        tempfile.TemporaryFile() as output,
        running(
            [*command, *contender.options, contender.application],
            env=settings | {"DATA_DIR": folder} | dict(contender.settings),
            cwd=ROOT,
            output=output,
        ) as process,
    ):
        wait_for(port)
        # The port is open before the worker is ready: an answer says that it is.
        requests.get(f"http://127.0.0.1:{port}/health", timeout=_PATIENCE).raise_for_status()
        yield Server(contender, port=port, pid=process.pid)


@contextmanager
def running_sink(*, certificate: Path | None = None) -> Iterator[Azurite]:
    """Run the storage account that keeps nothing; it is addressed like an Azurite, by TLS with a certificate."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.sink", str(port), *([str(certificate)] if certificate else [])]
    with running(command, cwd=ROOT) as process:
        wait_for(port)
        yield Azurite(port=port, pid=process.pid, scheme="https" if certificate else "http")


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody accepts connections on the port."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def resident_bytes(process: psutil.Process) -> int:
    """What a process occupies of the memory now."""
    return _status_bytes(process.pid, "VmRSS")


def _status_bytes(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(name)
