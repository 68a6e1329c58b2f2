"""How many uploads an instance lets in at once, over all its processes."""

import contextlib
import hashlib
import socket
import threading
from collections.abc import Callable, Iterator

from services import metrics
from services.errors import BusyError
from services.places import FairShare


class UploadSlots:
    """A number of slots shared by all processes that name the same `instance`.

    A slot is a name in Linux's abstract socket namespace: binding it is atomic across processes, touches no disk, and
    the kernel frees it when its process dies, however it dies. A second name says whose it is, so that every process
    can count what a client has. Elsewhere the slots are counted in each process alone.
    """

    def __init__(
        self,
        limit: int,
        *,
        instance: str,
        share: FairShare | None = None,
        check_storage: Callable[[], None] = lambda: None,
    ) -> None:
        """`check_storage` raises when it is known that nobody has a use for a slot."""
        self._limit = limit
        self._share = share or FairShare(1.0)
        self._check_storage = check_storage
        self._instance = instance
        self._lock = threading.Lock()
        self._mine: dict[int, str] = {}
        self._shared = hasattr(socket, "AF_UNIX") and _abstract_names_work()

    @property
    def taken(self) -> int:
        """How many slots this process holds now."""
        return len(self._mine)

    @contextlib.contextmanager
    def hold(self, client: str = "") -> Iterator[None]:
        """Hold a slot for the time of one upload request; raise `BusyError` when all are taken, or the client's share.

        `client` is any text that stands for whoever sends the request.
        """
        self._check_storage()
        whose = hashlib.sha256(client.encode()).hexdigest()[:16]
        with self._lock, contextlib.ExitStack() as claims:
            had_some = self._check_share(whose)
            index = self._claim(whose, claims)
            if had_some and self._shared:  # Another process may have let the same client in meanwhile.
                self._check_share(whose, taken=1)
            claim = claims.pop_all()
            self._mine[index] = whose
            metrics.UPLOADS_IN_FLIGHT.inc()
        try:
            yield
        finally:
            with self._lock:
                metrics.UPLOADS_IN_FLIGHT.dec()
                del self._mine[index]
                claim.close()

    def _check_share(self, whose: str, *, taken: int = 0) -> bool:
        """Raise unless the client may have one more, and tell whether it has any; `taken` when that one is counted."""
        held = 0 if self._share.is_everything else self._count(whose) - taken
        if held and not self._share.allows_one_more(held=held, free=self._limit - self._count() + taken):
            raise BusyError("You have as many uploads in progress as one client may have. Try again in a moment.")
        return held > 0

    def _count(self, whose: str | None = None) -> int:
        """How many slots are taken in all processes, or by that client."""
        if not self._shared:
            return sum(whose in {None, each} for each in self._mine.values())
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
            return sum(_is_bound(self._name(index, whose), probe) for index in range(self._limit))

    def _claim(self, whose: str, claims: contextlib.ExitStack) -> int:
        for index in range(self._limit):
            if index in self._mine:
                continue
            if not self._shared:
                return index
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                claim.bind(self._name(index))
            except OSError:
                claim.close()  # Another process holds this one.
                continue
            claims.enter_context(claim)
            claims.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)).bind(self._name(index, whose))
            return index
        raise BusyError("All upload places are taken. Try again in a moment.")

    def _name(self, index: int, whose: str | None = None) -> str:
        return f"\0reelgate/{self._instance}/upload/{index}" + (f"/{whose}" if whose else "")


def _is_bound(name: str, probe: socket.socket) -> bool:
    try:
        probe.connect(name)
    except OSError:
        return False
    return True


def _abstract_names_work() -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind("")  # An empty address makes Linux choose an abstract name; others refuse.
        except OSError:
            return False
        return isinstance(probe.getsockname(), bytes)
