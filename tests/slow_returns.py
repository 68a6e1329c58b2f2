"""A proxy in front of Azurite, which brings blobs back from the archive at once, that answers as Azure does meanwhile.

Azure says `x-ms-access-tier: Archive` and `x-ms-archive-status: rehydrate-pending-to-hot` of a blob that is on its way,
and refuses to set another tier with 409 BlobBeingRehydrated.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.fault_proxy import Fault, FaultProxy, Headers, running_fault_proxy


@dataclass
class SlowReturns:
    """From `begin` on, whatever leaves the archive takes until `arrive`."""

    proxy: FaultProxy
    slow: bool = False
    _pending: set[str] = field(default_factory=set)
    _before: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Be slow from now on."""
        self.slow = True

    def arrive(self) -> None:
        """Let everything be back."""
        self.slow = False
        self._pending.clear()

    def choose(self, method: str, path: str) -> Fault | None:
        """Refuse to move what is on its way."""
        parts = urlsplit(path)
        if method != "PUT" or "comp=tier" not in parts.query or not self.slow:
            return None
        if parts.path in self._pending:
            return "being rehydrated"
        if self._before.get(parts.path) == "Archive":
            self._pending.add(parts.path)
        return None

    def alter(self, method: str, path: str, headers: Headers) -> Headers:
        """The answer as Azure would give it."""
        name = urlsplit(path).path
        if method != "HEAD":
            return headers
        says = {key.lower(): value for key, value in headers}
        if name not in self._pending:
            self._before[name] = says.get("x-ms-access-tier", "")
            return headers
        tier = says.get("x-ms-access-tier", "")
        others = [(key, value) for key, value in headers if key.lower() != "x-ms-access-tier"]
        status = f"rehydrate-pending-to-{tier.lower()}"
        return [*others, ("x-ms-access-tier", "Archive"), ("x-ms-archive-status", status)]


@contextmanager
def running_slow_returns(connection_string: str) -> Iterator[SlowReturns]:
    """Run the proxy in front of the storage that the connection string names."""
    with running_fault_proxy(connection_string) as proxy:
        returns = SlowReturns(proxy)
        proxy.choose, proxy.alter = returns.choose, returns.alter
        yield returns
