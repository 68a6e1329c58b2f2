"""What runs beside the server: it brings the database back, lets it be copied, and sees to it that only one is."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from services.replication.errors import ReplicationError
from services.replication.lineage import Lineage
from services.replication.litestream import Litestream
from services.storage.errors import StorageError
from services.storage.leases import BlobLeases, Lease

log = logging.getLogger(__name__)

LEASE = "locks/database"
LEASE_SECONDS = 15

# Somewhat longer than a lease: one whose holder was killed has ended by then.
_PATIENCE = LEASE_SECONDS * 2.0
_PAUSE = 1.0

_SECOND = (
    "Another server has its SQLite database copied into this storage right now. Stop it first, or set DATABASE_URL to "
    "a PostgreSQL that both can use."
)


class Keeper:
    """Keeps the copy in storage true to the file."""

    def __init__(self, file: Path, *, litestream: Litestream, lineage: Lineage, leases: BlobLeases) -> None:
        self._file = file
        self._litestream = litestream
        self._lineage = lineage
        self._leases = leases
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End `run` soon, with all that is written in storage."""
        self._stopping.set()

    def run(self, ready: Callable[[], None]) -> None:
        """Copy until stopped. `ready` is called once the file is there, if there is a copy: it may be opened then.

        Raises `ReplicationError` before that when there must be no start.
        """
        lease_seen = self._start(ready)
        while not self._stopping.wait(0 if lease_seen else _PAUSE):
            lease_seen = False
            try:
                with self._leases.hold(LEASE) as lease:
                    if lease is None:
                        log.error(_SECOND)
                        self._stopping.wait(LEASE_SECONDS)
                    else:
                        self._lineage.claim()
                        self._copy(lease)
            except StorageError as error:
                log.warning("the database is not copied while storage is away: %s", error)
            except ReplicationError as error:
                log.error("the database is not copied: %s", error)  # noqa: TRY400 - it says all there is to say
                self._stopping.wait(60)

    def _start(self, ready: Callable[[], None]) -> bool:
        """See to it that the file is the right one, under the lease, and go on to copy it."""
        deadline = time.monotonic() + _PATIENCE
        while not self._stopping.is_set():
            try:
                with self._leases.hold(LEASE) as lease:
                    if lease is not None:
                        self._bring_back()
                        ready()
                        self._copy(lease)
                        return True
            except StorageError as error:
                if not self._file.exists():
                    raise ReplicationError(
                        f"Whether storage has a copy of the database is not known: {error}"
                    ) from error
                log.warning("the database is not copied while storage is away: %s", error)
                ready()
                return False
            if time.monotonic() > deadline:
                raise ReplicationError(_SECOND)
            log.warning("waiting for another server, which has its database copied into this storage")
            self._stopping.wait(_PAUSE)
        return False

    def _bring_back(self) -> None:
        if self._file.exists():
            self._lineage.claim()
            return
        restored = self._litestream.restore()
        log.warning("the database is restored from storage" if restored else "there is no copy of the database yet")
        self._lineage.take_over()

    def _copy(self, lease: Lease) -> None:
        """Let Litestream run for as long as the lease is held."""
        with self._litestream.running() as process:
            while lease.held and not self._stopping.wait(_PAUSE):
                if process.poll() is not None:
                    log.error("Litestream ended with status %s, and is started again", process.returncode)
                    return
        if lease.held:
            # It copies what is left when it is asked to end, but not when it had only just begun.
            self._litestream.copy_once()
