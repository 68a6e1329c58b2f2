"""Backups of the durable database: files in storage, beside the records, or wherever they are wanted."""

import io
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.database.build import Databases
from services.database.dump import Dump, DumpManifest, write_dump
from services.database.errors import BackupError
from services.storage.records import RecordStore

FOLDER = "backups/"


class Backups:
    """Writes, checks and restores them. Raises `BackupError`, `DatabaseUnavailableError` and `StorageError`."""

    def __init__(self, databases: Databases, records: RecordStore) -> None:
        self._databases = databases
        self._records = records

    def create(self, path: Path | None = None, *, by: Actor) -> tuple[str, DumpManifest]:
        """Write a new backup, into storage unless a path is given; returns where it is, and what is in it."""
        require(by, Act.ADMINISTER)
        # What is backed up is what people have entered: it fits into memory, and is compressed there.
        content = io.BytesIO()
        manifest = write_dump(self._databases.durable, content)
        if path is not None:
            _write_new(path, content.getvalue())
            return str(path), manifest
        name = f"{FOLDER}{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{manifest.revision}.zip"
        tags = {"revision": manifest.revision, "rows": str(manifest.rows)}
        self._records.create(name, content.getvalue(), tags=tags)
        return name, manifest

    def names(self, *, by: Actor) -> list[str]:
        """The backups in storage, the oldest first."""
        require(by, Act.ADMINISTER)
        return self._names()

    def _names(self) -> list[str]:
        return sorted(listed.name for listed in self._records.list(FOLDER))

    def verify(self, source: str | None = None, *, by: Actor) -> tuple[str, DumpManifest]:
        """Read a backup, the newest in storage unless another is named, and restore it into a database of its own."""
        from services.database.migrations.restoring import restore  # noqa: PLC0415 - Alembic, 12 MiB, is for commands alone

        require(by, Act.ADMINISTER)
        name, dump = self._open(source)
        dump.check()
        with tempfile.TemporaryDirectory(prefix="reelgate-backup-") as folder:
            restore(f"sqlite:///{folder}/reelgate.sqlite3", dump)
        return name, dump.manifest

    def restore(self, source: str | None = None, *, by: Actor, replace: bool = False) -> tuple[str, DumpManifest]:
        """Restore a backup, the newest in storage unless another is named, into the database."""
        from services.database.migrations.restoring import restore  # noqa: PLC0415

        require(by, Act.ADMINISTER)
        name, dump = self._open(source)
        dump.check()
        restore(self._databases.durable_url, dump, replace=replace)
        return name, dump.manifest

    def _open(self, source: str | None) -> tuple[str, Dump]:
        if source is None:
            names = self._names()
            if not names:
                raise BackupError("There is no backup in storage yet.")
            source = names[-1]
        if source.startswith(FOLDER):
            record = self._records.read(source)
            if record is None:
                raise BackupError(f"There is no backup {source} in storage.")
            return source, Dump(io.BytesIO(record.content))
        try:
            return source, Dump(io.BytesIO(Path(source).read_bytes()))
        except OSError as error:
            raise BackupError(f"{source} cannot be read: {error.strerror}.") from error


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, and never over another."""
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(content)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from error
