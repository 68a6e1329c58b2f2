"""The commits of one form's files: several, of which all count or none, whatever happens between them.

Storage commits one blob at a time. So the names are written into a record before the first commit, and one write into
that record, after the last, makes all of them videos. Until then nobody is shown any of them, and what a process that
died has left there is taken back. A form of one file needs no record: its one commit decides.
"""

import json
import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

from services.errors import ReelgateError
from services.storage.blobs import BlobStorage
from services.storage.clock import StorageClock
from services.storage.errors import BlobChangedError, BlobExistsError, StorageUnavailableError
from services.storage.records import RecordStore, StoredRecord
from utils.tolerant_records import kept

log = logging.getLogger(__name__)

_FOLDER = "forms/"
_CLEARING_SECONDS = 5.0
_TRIES = 3


class FormState(StrEnum):
    """What counts of a form."""

    OPEN = "open"
    """Nothing yet: its files are being committed."""
    COMPLETE = "complete"
    """All of it."""
    ENDED = "ended"
    """Nothing, for good. The record stays a while, for those who have listed what was committed just before."""


@dataclass(frozen=True, kw_only=True)
class FormRecord:
    """What is remembered of a form whose files are being committed."""

    names: tuple[str, ...]
    """Those of its blobs."""
    state: FormState = FormState.OPEN
    origin: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """The record as it was read: what only another version knows is written back."""

    def to_bytes(self) -> bytes:
        """The record as it is stored: JSON."""
        values = {"names": self.names, "state": self.state}
        return json.dumps(kept(self.origin, values), ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "FormRecord":
        """Read a stored record, of this version or another."""
        values: dict[str, Any] = json.loads(content)
        state = FormState(values.get("state", FormState.OPEN))
        return cls(names=tuple(values["names"]), state=state, origin=values)


class FormCommit(Protocol):
    """A form between its first commit and its last word. Not for several threads at once."""

    def going_on(self) -> None:
        """Say, when that is due, that the process lives; raises `StorageError` when the form was given up for dead."""

    def complete(self) -> None:
        """Make all of its files videos at once; raises `StorageError`, and then it is `end` that decides."""

    def end(self) -> bool:
        """Say that none of them counts; False when storage cannot be told, and housekeeping has to decide."""


class _OneFile:
    """A form whose one commit decides."""

    def going_on(self) -> None:
        """Nothing has to be said."""

    def complete(self) -> None:
        """It is."""

    def end(self) -> bool:
        """Nobody else can decide."""
        return True


NO_FORM: FormCommit = _OneFile()


class _SeveralFiles:
    """A form with a record."""

    def __init__(self, store: RecordStore, record: FormRecord, *, beat_seconds: float) -> None:
        """Write the record; raises `StorageError`."""
        self._store = store
        self._name = _FOLDER + uuid.uuid4().hex
        self._record = record
        self._beat_seconds = beat_seconds
        self._etag = store.create(self._name, record.to_bytes(), tags={})
        self._written = time.monotonic()

    def going_on(self) -> None:
        """Write it again when that is due."""
        if time.monotonic() - self._written > self._beat_seconds:
            self._write(FormState.OPEN)

    def complete(self) -> None:
        """Write the word that counts."""
        self._write(FormState.COMPLETE)
        try:
            self._store.delete(self._name)
        except ReelgateError as error:
            log.info("the record of a form that is complete stays for housekeeping: %s", error)

    def end(self) -> bool:
        """Write the other one, whatever became of the first."""
        try:
            for _ in range(_TRIES):
                stored = self._store.read(self._name)
                if stored is None or _told(self._store, self._name, stored, FormState.ENDED):
                    return True
        except ReelgateError as error:
            log.warning("what becomes of a form's files is left to housekeeping: %s", error)
        return False

    def _write(self, state: FormState) -> None:
        record = replace(self._record, state=state)
        try:
            self._etag = self._store.replace(self._name, record.to_bytes(), etag=self._etag, tags={})
        except BlobChangedError as error:
            raise StorageUnavailableError("Storing the files took too long. Send them again.") from error
        self._written = time.monotonic()


class FormCommits:
    """The records of all forms whose files are being committed, and what becomes of those whose process died."""

    def __init__(self, store: RecordStore, storage: BlobStorage, clock: StorageClock, *, patience: float) -> None:
        """Whoever has written nothing into a record for `patience` seconds is taken for dead."""
        self._store = store
        self._storage = storage
        self._clock = clock
        self._patience = patience

    def begin(self, names: Sequence[str]) -> FormCommit:
        """Remember the names of blobs that are about to be committed, if they are several; raises `StorageError`."""
        if len(names) == 1:
            return NO_FORM
        return _SeveralFiles(self._store, FormRecord(names=tuple(names)), beat_seconds=self._patience / 4)

    def hidden(self) -> frozenset[str]:
        """The names of blobs that are no videos, or none yet, although they are committed."""
        records = (FormRecord.from_bytes(stored.content) for _, stored in self._stored())
        return frozenset(name for record in records if record.state is not FormState.COMPLETE for name in record.names)

    def settle(self, *, progress: Callable[[object], object] = lambda _: None) -> int:
        """Take back what dead processes have left of forms; returns how many were.

        `progress` is called for each form, and may raise to end it. Raises `ClockUnsureError`.
        """
        self._clock.judge()  # The age of a record is told by storage as well.
        taken_back = 0
        for name, stored in self._stored():
            progress(name)
            if stored.age <= self._patience:
                continue
            try:
                taken_back += self._settled(name, stored)
            except ReelgateError as error:
                log.warning("%s could not be settled, and is tried again: %s", name, error)
        return taken_back

    def _settled(self, name: str, stored: StoredRecord) -> bool:
        record = FormRecord.from_bytes(stored.content)
        if record.state is FormState.OPEN:
            if not _told(self._store, name, stored, FormState.ENDED):
                return False
            log.warning("a process died in the middle of a form: its %d files are taken back", len(record.names))
        if record.state is not FormState.COMPLETE:
            for blob in record.names:
                self._take_back(blob)
        if record.state is not FormState.OPEN:
            self._store.delete(name, etag=stored.etag)
        return record.state is FormState.OPEN

    def _take_back(self, name: str) -> None:
        """Delete a blob and the blocks that may still be committed by a request on its way."""
        for _ in range(_TRIES):
            self._storage.delete(name)
            try:
                self._storage.clear_blocks(name, seconds=_CLEARING_SECONDS)
            except (BlobExistsError, BlobChangedError):
                continue  # It was committed just then.
            return

    def _stored(self) -> Iterator[tuple[str, StoredRecord]]:
        for listed in self._store.list(_FOLDER):
            stored = self._store.read(listed.name)
            if stored is not None:
                yield listed.name, stored


def _told(store: RecordStore, name: str, stored: StoredRecord, state: FormState) -> bool:
    """Write that state over the version that was read; False when somebody else has written meanwhile."""
    record = replace(FormRecord.from_bytes(stored.content), state=state)
    try:
        store.replace(name, record.to_bytes(), etag=stored.etag, tags={})
    except BlobChangedError:
        return False
    return True
