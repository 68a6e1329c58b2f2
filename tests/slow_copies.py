"""A proxy in front of Azurite, which copies at once, that answers about copies as Azure does while they are pending.

Azure answers Copy Blob and Get Blob Properties with `x-ms-copy-status: pending`, and refuses what would read, change or
delete the copy with 409 PendingCopyOperation.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.fault_proxy import Fault, FaultProxy, Headers, running_fault_proxy

_STATUS = "x-ms-copy-status"


@dataclass
class SlowCopies:
    """All copies are pending until they are released, or have failed."""

    proxy: FaultProxy
    begun: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    """Somebody has asked how far a copy is."""
    _pending: set[str] = field(default_factory=set)
    _seen: str = "pending"

    def release(self) -> None:
        """Let all copies be whole."""
        self._pending.clear()
        self._seen = "success"

    def fail(self) -> None:
        """Let the copies that are pending have failed, and later ones succeed at once."""
        self._seen = "failed"

    def alter(self, method: str, path: str, headers: Headers) -> Headers:
        """The answer as Azure would give it."""
        name, says = urlsplit(path).path, {key.lower(): value for key, value in headers}
        if _STATUS not in says:
            return headers
        if method == "PUT" and self._seen != "success":
            if self._seen == "failed":
                self.release()
                return headers
            self._pending.add(name)
            self.begun.set()
        if name not in self._pending:
            return headers
        if method == "HEAD":
            self.asked.set()
        return [(key, self._seen if key.lower() == _STATUS else value) for key, value in headers]

    def choose(self, method: str, path: str) -> Fault | None:
        """Refuse what a pending copy does not let happen."""
        parts = urlsplit(path)
        if self._seen != "pending" or parts.path not in self._pending or method == "HEAD":
            return None
        if "comp=copy" in parts.query:
            # The copy is aborted; Azurite answers that there is none, and the blob can be deleted.
            self._pending.discard(parts.path)
            return None
        return "pending copy"


@contextmanager
def running_slow_copies(connection_string: str) -> Iterator[SlowCopies]:
    """Run the proxy in front of the storage that the connection string names."""
    with running_fault_proxy(connection_string) as proxy:
        copies = SlowCopies(proxy)
        proxy.choose, proxy.alter = copies.choose, copies.alter
        yield copies
