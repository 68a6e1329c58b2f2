"""The SHA-256 of uploads that come in several requests, as long as they all reach this process.

A hash in the making cannot leave its process. So an upload whose requests meet different processes has none: never
a wrong one.
"""

import hashlib
from typing import Protocol

from services.uploads.resumable.recently_used import RecentlyUsed


class RunningHash(Protocol):
    """A hash in the making."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take the next bytes."""

    def hexdigest(self) -> str:
        """The digest so far, in hex."""


class RunningDigests:
    """The hashes of uploads that are not complete."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self._recent = RecentlyUsed[tuple[int, RunningHash]](most=1024)

    def take(self, upload_id: str, *, offset: int) -> RunningHash | None:
        """The hash of exactly the first `offset` bytes, which is then nobody else's; None when it is not here."""
        hashed, running = self._recent.take(upload_id) or (0, None)
        if offset == 0 and self._wanted:
            return hashlib.sha256()
        return running if hashed == offset else None

    def keep(self, upload_id: str, running: RunningHash, *, offset: int) -> None:
        """Keep the hash of the first `offset` bytes for the next request."""
        self._recent.keep(upload_id, (offset, running))
