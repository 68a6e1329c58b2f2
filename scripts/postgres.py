"""A throw-away PostgreSQL on a free port, for as long as a `with` block lasts."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scripts.ports import held_port
from scripts.processes import running

_DEBIAN = Path("/usr/lib/postgresql")
# Nothing in here has to survive, so nothing has to reach the disk.
_SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
)


class PostgresError(Exception):
    """PostgreSQL did not start; the text says why."""


def find_postgres() -> Path | None:
    """Return the folder with `initdb` and `postgres`: from PATH, or the newest that Debian has installed."""
    if (initdb := shutil.which("initdb")) and shutil.which("postgres"):
        return Path(initdb).parent
    folders = (path.parent for path in _DEBIAN.glob("*/bin/postgres"))
    return max(folders, key=lambda folder: float(folder.parent.name), default=None)


@contextmanager
def running_postgres(*, identity: tuple[Path, Path] | None = None, patience: float = 60) -> Iterator[str]:
    """Run a new, empty PostgreSQL for the length of the block and give its SQLAlchemy URL.

    It lives in a temporary folder, listens on 127.0.0.1 only and trusts every connection from there. With an
    `identity`, a certificate and its key in PEM, it speaks TLS to those who want it.
    """
    folder = find_postgres()
    if folder is None:
        raise PostgresError("PostgreSQL is not installed. On Debian or Ubuntu: `apt-get install postgresql`.")
    account = _account()
    with (
        tempfile.TemporaryDirectory(prefix="postgres-") as scratch,
        tempfile.TemporaryFile() as output,
        held_port() as port,
    ):
        data = _initialised(folder, Path(scratch), account)
        if identity is not None:
            _show_identity(data, *identity, account=account)
        command = _command(folder, data=data, port=port)
        # SIGINT is its fast stop: it does not wait for clients to leave.
        with running(command, cwd=data, output=output, user=account, stop_signal=signal.SIGINT) as process:
            if _became_ready(process, data=data, patience=patience):
                yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
                return
        said = os.pread(output.fileno(), 64 * 1024, 0).decode(errors="replace")
        raise PostgresError(f"PostgreSQL did not start: {said}")


def _account() -> str | None:
    """Return the account to run PostgreSQL as (it refuses to run as root); None means this process's own."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _initialised(folder: Path, scratch: Path, account: str | None) -> Path:
    """Make an empty database cluster inside `scratch` and return its folder."""
    data = scratch / "data"
    data.mkdir(mode=0o700)
    if account is not None:
        scratch.chmod(0o755)
        shutil.chown(data, user=account)
    command = [str(folder / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    done = subprocess.run(
        [*command, "--locale=C", "--no-sync"],
        cwd=data,
        user=account,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PostgresError(f"initdb failed: {done.stdout}{done.stderr}")
    return data


def _show_identity(data: Path, certificate: Path, key: Path, *, account: str | None) -> None:
    """Put certificate and key where PostgreSQL finds them and nobody else may read them."""
    for source, name in ((certificate, "server.crt"), (key, "server.key")):
        target = Path(shutil.copy(source, data / name))
        target.chmod(0o600)
        if account is not None:
            shutil.chown(target, user=account)
    with (data / "postgresql.conf").open("a") as configuration:
        configuration.write("ssl = on\n")


def _command(folder: Path, *, data: Path, port: int) -> list[str]:
    settings = [argument for setting in _SETTINGS for argument in ("-c", setting)]
    return [str(folder / "postgres"), "-D", str(data), "-p", str(port), *settings]


def _became_ready(process: subprocess.Popen[bytes], *, data: Path, patience: float) -> bool:
    """Wait until PostgreSQL has written into its pid file that it is ready; False when it ended instead."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(FileNotFoundError):
            if (data / "postmaster.pid").read_text().rstrip().endswith("ready"):
                return True
        time.sleep(0.05)
    return False
