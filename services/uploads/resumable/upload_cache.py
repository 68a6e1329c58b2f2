"""What a process knows of the uploads it has served last, so that their next requests need not ask storage."""

import logging
import threading
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from services.errors import ReelgateError
from services.uploads.resumable.recently_used import RecentlyUsed
from services.uploads.resumable.records import RecordVersion, UploadRecords

if TYPE_CHECKING:
    from services.uploads.resumable.timers import Timer

log = logging.getLogger(__name__)

REST_SECONDS = 0.5
_LARGEST_TAIL = 64 * 1024


class UploadCache:
    """The newest versions of uploads, as far as this process has written them.

    Some are still held although their request is over: the next one goes on with the lock. That saves a client that
    sends one chunk after the other two writes for each, one that lets go and one that takes the lock again. When no
    request comes in a moment, the upload is let go.
    """

    def __init__(self, records: UploadRecords) -> None:
        self._records = records
        self._free = RecentlyUsed[RecordVersion](most=64)
        self._lock = threading.Lock()
        self._held: dict[str, tuple[RecordVersion, Timer]] = {}

    def keep(self, version: RecordVersion) -> None:
        """Remember a version, held or not."""
        if version.record.holder is not None:
            with self._lock:
                timer = self._records.timers.after(REST_SECONDS, partial(self._end_rest, version))
                self._held[version.record.id] = version, timer
        elif len(version.record.tail) <= _LARGEST_TAIL:
            self._free.keep(version.record.id, version)

    def take(self, upload_id: str) -> RecordVersion | None:
        """What is remembered of an upload, which then is nobody else's; who takes one that is held lets it go."""
        with self._lock:
            version, timer = self._held.pop(upload_id, (None, None))
        if timer is not None:
            timer.cancel()
        return version or self._free.take(upload_id)

    def close(self) -> None:
        """Let go of all that rests: no more requests come to this process."""
        with self._lock:
            resting = [version for version, _ in self._held.values()]
            self._held.clear()
        for version in resting:
            self.let_go(version)

    def let_go(self, version: RecordVersion) -> None:
        """Release a version that was taken, if it is held; never raises."""
        if version.record.holder is not None:
            try:
                self._records.replace(version, replace(version.record, holder=None))
            except ReelgateError as error:
                # In a few seconds nobody holds it anyway, and its blocks say how far it has got.
                log.info("upload %s could not be let go: %s", version.record.id, error)

    def _end_rest(self, version: RecordVersion) -> None:
        with self._lock:
            resting, _ = self._held.get(version.record.id, (None, None))
            if resting is not version:
                return
            del self._held[version.record.id]
        self.let_go(version)
