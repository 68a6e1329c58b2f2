"""Litestream, the program that copies: its configuration, one restore, and a run that goes on until it is stopped."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from services.replication.errors import ReplicationError
from services.storage.access import AccountAccess
from utils.tied_command import tied

_FOLDER = "database/copy"
_RESTORE_SECONDS = 600
_STOP_SECONDS = 15


class Litestream:
    """The copy of one file in one container. Raises `ReplicationError` when the program is missing."""

    def __init__(self, file: Path, access: AccountAccess, *, container: str) -> None:
        self._file = file.resolve()
        self._access = access
        self._container = container
        self._program = _program()

    def restore(self) -> bool:
        """Bring the file back, which must be missing; False when there is no copy. Raises `ReplicationError`."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # What Litestream and SQLite remember of a file that is gone would be wrong for the next one.
        shutil.rmtree(self._file.with_name(f".{self._file.name}-litestream"), ignore_errors=True)
        for end in ("-wal", "-shm"):
            self._file.with_name(self._file.name + end).unlink(missing_ok=True)
        self._run("restore", "-if-replica-exists", str(self._file), seconds=_RESTORE_SECONDS)
        return self._file.exists()

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Copy what changes for the length of the block, and what has not been copied yet at its end."""
        with self._configured() as options:
            process = subprocess.Popen(tied([self._program, "replicate", *options]), stdin=subprocess.DEVNULL)  # noqa: S603
            try:
                yield process
            finally:
                process.terminate()
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=_STOP_SECONDS)
                process.kill()
                process.wait()

    def copy_once(self) -> None:
        """Copy what has not been copied yet; raises `ReplicationError` when that fails."""
        self._run("replicate", "-once", seconds=_STOP_SECONDS)

    def _run(self, command: str, *arguments: str, seconds: float) -> None:
        try:
            with self._configured() as options:
                subprocess.run(  # noqa: S603 - our own arguments
                    [self._program, command, *options, *arguments],
                    capture_output=True,
                    text=True,
                    timeout=seconds,
                    check=True,
                )
        except subprocess.CalledProcessError as error:
            reason = error.stderr.strip()[:500]
            raise ReplicationError(f"Litestream could not {command} the database: {reason}") from error
        except subprocess.TimeoutExpired as error:
            raise ReplicationError(f"Litestream did not {command} the database within {seconds:.0f} s.") from error

    @contextmanager
    def _configured(self) -> Iterator[list[str]]:
        # There may be a key in it: it lies in memory where it can, and only this user may read it.
        memory = Path("/dev/shm")  # noqa: S108
        with tempfile.TemporaryDirectory(prefix="reelgate-", dir=memory if memory.is_dir() else None) as folder:
            path = Path(folder, "litestream.yml")
            # JSON is YAML, and needs no other quoting.
            path.write_text(json.dumps(self._configuration()), encoding="utf-8")
            yield ["-config", str(path), "-no-expand-env"]

    def _configuration(self) -> dict[str, object]:
        access = self._access
        replica: dict[str, object] = {
            "type": "abs",
            "account-name": access.name,
            "endpoint": access.endpoint,
            "bucket": self._container,
            "path": _FOLDER,
            "sync-interval": "1s",
        }
        replica |= {"account-key": access.key} if access.key else {}
        replica |= {"sas-token": access.sas_token} if access.sas_token else {}
        return {
            "logging": {"level": "warn", "stderr": True},
            "shutdown-sync-timeout": "10s",
            "dbs": [{"path": str(self._file), "replica": replica}],
        }


def _program() -> str:
    beside = Path(sys.executable).with_name("litestream")
    found = str(beside) if beside.exists() else shutil.which("litestream")
    if found is None:
        raise ReplicationError("Litestream is not installed: install requirements.txt, or set DATABASE_REPLICA=false.")
    return found
