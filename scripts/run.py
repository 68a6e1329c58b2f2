"""Run Reelgate on one's own machine: storage, the server, one line with the URL. Behind `make run` and `make dev`."""

import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from dotenv import dotenv_values

from scripts.azurite import AzuriteError, running_azurite
from scripts.processes import running
from scripts.sources import SourceFiles

ROOT = Path(__file__).resolve().parent.parent
_STORAGE_SETTINGS = ("AZURE_STORAGE_CONNECTION_STRING", "AZURE_STORAGE_ACCOUNT_URL", "AZURE_STORAGE_ACCOUNT_NAME")
# Who listens everywhere is asked on this machine.
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, not listened on
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StartError(Exception):
    """Reelgate cannot start or go on; the text says why and what to do."""


def main() -> int:
    """Run until Ctrl-C, SIGTERM or a hang-up (status 0), or until something fails (status 1)."""
    _interrupt_once()
    os.chdir(ROOT)
    try:
        _serve(_environment(), restarting=sys.argv[1:] == ["--restarting"])
    except KeyboardInterrupt:
        say("Stopped.")
    except (StartError, AzuriteError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _serve(environment: Mapping[str, str], *, restarting: bool) -> None:
    """Start storage, then the server; stop them in the opposite order. `restarting`: whenever a file changes."""
    host = _host(environment)
    port = _port(environment, host)
    data = Path(environment.get("DATA_DIR") or ".data")
    own = own_settings(environment, port=port, data=data)
    with ExitStack() as stack:
        if not any(environment.get(name) for name in _STORAGE_SETTINGS):
            own["AZURE_STORAGE_CONNECTION_STRING"] = stack.enter_context(_embedded_storage(data))
        say("Starting the server …")
        while restarting:
            _serve_until_a_change(own, host, port)
        server = stack.enter_context(running(["bash", "startup.sh"], env=_server_environment(own)))
        _wait_for_health(server, host, port)
        say(f"Reelgate is running at http://{_shown(host)}:{port}  (Ctrl-C stops it)")
        stack.callback(say, "Stopping …")
        raise StartError(f"The server ended by itself with status {server.wait()}.")


def own_settings(environment: Mapping[str, str], *, port: int, data: Path) -> dict[str, str]:
    """What the server is told besides; with CAPTIONS=1 it recognises speech, unless another engine is set."""
    own = {"PORT": str(port), "DATA_DIR": str(data)}
    if environment.get("CAPTIONS") == "1" and "CAPTIONS_ENGINE" not in environment:
        own["CAPTIONS_ENGINE"] = "whisper"
    return own


def _serve_until_a_change(own: Mapping[str, str], host: str, port: int) -> None:
    """Serve what the files say now; when they do not even start, wait for one that does.

    gunicorn's own --reload is of no use here: its parent has the modules, and every new worker is forked from it.
    """
    sources = SourceFiles(ROOT)
    # A browser that holds a film or a connection open would delay a polite end.
    command, quickly = ["bash", "startup.sh"], signal.SIGQUIT
    with running(command, env=_server_environment(own), stop_signal=quickly) as server:
        try:
            _wait_for_health(server, host, port)
            say(f"Reelgate is running at http://{_shown(host)}:{port}  (Ctrl-C stops it, a change starts it again)")
        except StartError as error:
            say(f"{error} A change starts it again.")
        changed = sources.wait_for_change()
        say(f"{changed} has changed. Starting the server again …")


@contextmanager
def _embedded_storage(data: Path) -> Iterator[str]:
    """Run Azurite on the data directory and give its connection string."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartError(
                f"Another Reelgate keeps its data in {data}. Give this one its own: `DATA_DIR=.data2 make run`."
            ) from None
        say(f"Starting Azurite, the storage emulator, on {data / 'azurite'} …")
        with running_azurite(location=data / "azurite") as azurite:
            yield azurite.connection_string


def _environment() -> dict[str, str]:
    """Return the settings of the environment and, where it is silent, of `.env`."""
    return _filled(dotenv_values(".env")) | _filled(os.environ)


def _filled(texts: Mapping[str, str | None]) -> dict[str, str]:
    """Without what is empty, which counts as not set."""
    return {name: text.strip() for name, text in texts.items() if text and text.strip()}


def _server_environment(own: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the server, which reads `.env` itself."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return os.environ | {"PATH": path} | dict(own)


def _host(environment: Mapping[str, str]) -> str:
    """Return the address to serve on, as the server will choose it."""
    default = "0.0.0.0" if environment.get("APP_ENV", "").lower() == "production" else "127.0.0.1"  # noqa: S104
    return (environment.get("HOST") or default).removeprefix("[").removesuffix("]")


def _shown(host: str) -> str:
    """Return the address as people open it at this machine."""
    if host in {"127.0.0.1", "::1", *_EVERYWHERE}:
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _port(environment: Mapping[str, str], host: str) -> int:
    """Return the port to serve on, after making sure that it can be had."""
    text = environment.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise StartError(f"PORT is {text!r}, which is no port number.")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # Without this, connections of the last run that linger in TIME_WAIT would look like a busy port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(text)))
        except OSError as error:
            if error.errno != errno.EADDRINUSE and not isinstance(error, PermissionError):
                raise StartError(f"HOST is {host!r}, on which nothing can listen here ({error.strerror}).") from None
            other = 8001 if text == "8000" else 8000
            reason = "in use" if error.errno == errno.EADDRINUSE else f"not available ({error.strerror})"
            raise StartError(f"Port {text} is {reason}. Choose another: `PORT={other} make run`.") from None
    return int(text)


def _wait_for_health(server: subprocess.Popen[bytes], host: str, port: int, *, patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise StartError(f"The server did not start (status {server.returncode}). The reason stands above.")
        if _is_healthy(host, port):
            return
        time.sleep(0.05)
    raise StartError(f"The server did not answer on port {port} within {patience:.0f} s.")


def _is_healthy(host: str, port: int) -> bool:
    # No urllib here: it would ask a proxy that the environment names.
    connection = http.client.HTTPConnection(_EVERYWHERE.get(host, host), port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _interrupt_once() -> None:
    """Let the first stop signal raise KeyboardInterrupt, and later ones not disturb the stopping."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        for each in _STOP_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    for each in _STOP_SIGNALS:
        signal.signal(each, interrupt)


def say(text: str) -> None:
    """Print a line at once, so that it stands before what the server prints."""
    # In one piece: the server writes to the same place.
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
