"""Whose database it is that the copy in storage shows: two that have parted must never be mixed.

A token says which file was last copied. It lies in storage, and beside the file.
"""

import json
import secrets
from pathlib import Path

from services.replication.errors import ReplicationError
from services.storage.errors import BlobChangedError
from services.storage.records import RecordStore

RECORD = "database/writer"


class Lineage:
    """The token of the copy, and that of the file here."""

    def __init__(self, file: Path, records: RecordStore) -> None:
        self._path = file.with_name(f"{file.name}.copied")
        self._records = records

    def take_over(self) -> None:
        """Say that from now on the file here is the one that is copied."""
        token = secrets.token_hex(8)
        # Written here first, with the one before: this process may die before the other is written.
        self._path.write_text(json.dumps([token, self._stored()]), encoding="utf-8")
        self._store(token)

    def is_ours(self) -> bool:
        """Whether the copy in storage is one of the file here, or there is none yet."""
        stored, here = self._stored(), self._here()
        return stored in here or (stored is None and not here)

    def claim(self) -> None:
        """Make sure that it is ours; raises `ReplicationError` when another file has been copied since."""
        if not self.is_ours():
            raise ReplicationError(
                "Another server has copied its database into this storage since this one did. To go on with that copy, "
                f"remove the SQLite file here ({self._path.name.removesuffix('.copied')}); to go on with this file, "
                f"delete {RECORD} in the container of records. For several servers, set DATABASE_URL to a PostgreSQL."
            )
        if self._stored() not in self._here()[:1]:
            self.take_over()

    def _here(self) -> list[str | None]:
        try:
            return list(json.loads(self._path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return []

    def _stored(self) -> str | None:
        record = self._records.read(RECORD)
        return None if record is None else record.content.decode()

    def _store(self, token: str) -> None:
        record = self._records.read(RECORD)
        try:
            if record is None:
                self._records.create(RECORD, token.encode(), tags={})
            else:
                self._records.replace(RECORD, token.encode(), etag=record.etag, tags={})
        except BlobChangedError as error:
            raise ReplicationError("Another server takes over the copy of the database at this moment.") from error
