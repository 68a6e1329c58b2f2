"""The SHA-256 of uploads that come in several requests, as long as they all reach this process.

A hash in the making cannot leave its process. So an upload whose requests meet different processes has none: never
a wrong one.
"""

import hashlib
import threading
from collections import OrderedDict
from typing import Protocol

_MOST = 1024


class RunningHash(Protocol):
    """A hash in the making."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take the next bytes."""

    def hexdigest(self) -> str:
        """The digest so far, in hex."""


class RunningDigests:
    """What has been hashed of each upload; the ones that were left alone the longest are forgotten."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[int, RunningHash]] = OrderedDict()

    def take(self, upload_id: str, *, offset: int) -> RunningHash | None:
        """The hash of exactly the first `offset` bytes, which is then nobody else's; None when it is not here."""
        if not self._wanted:
            return None
        with self._lock:
            hashed, running = self._kept.pop(upload_id, (0, None))
        if offset == 0:
            return hashlib.sha256()
        return running if hashed == offset else None

    def keep(self, upload_id: str, running: RunningHash, *, offset: int) -> None:
        """Keep the hash of the first `offset` bytes for the next request."""
        with self._lock:
            self._kept[upload_id] = (offset, running)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
