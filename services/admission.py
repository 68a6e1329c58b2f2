"""How many uploads this instance lets in at once, over all its worker processes."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from services import metrics
from services.errors import BusyError


class UploadSlots:
    """A number of slots shared by all processes that name the same `instance`.

    A slot is a name in Linux's abstract socket namespace: binding it is atomic across processes, touches no disk, and
    the kernel frees it when its process dies, however it dies. Elsewhere the slots are counted in each process alone.
    """

    def __init__(self, limit: int, *, instance: str, insist: Callable[[], None] = lambda: None) -> None:
        """`insist` raises when it is known that nobody has a use for a slot."""
        self._limit = limit
        self._insist = insist
        self._instance = instance
        self._lock = threading.Lock()
        self._mine: set[int] = set()
        self._shared = hasattr(socket, "AF_UNIX") and _abstract_names_work()

    @property
    def taken(self) -> int:
        """How many slots this process holds now."""
        return len(self._mine)

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Hold a slot for the time of one upload request; raise `BusyError` when all are taken."""
        self._insist()
        with self._lock:
            index, claim = self._claim()
            self._mine.add(index)
            metrics.UPLOADS_IN_FLIGHT.inc()
        try:
            yield
        finally:
            with self._lock:
                metrics.UPLOADS_IN_FLIGHT.dec()
                self._mine.discard(index)
                if claim is not None:
                    claim.close()

    def _claim(self) -> tuple[int, socket.socket | None]:
        for index in range(self._limit):
            if index in self._mine:
                continue
            if not self._shared:
                return index, None
            claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            try:
                claim.bind(f"\0reelgate/{self._instance}/upload/{index}")
            except OSError:
                claim.close()  # Another process holds this one.
            else:
                return index, claim
        raise BusyError("All upload places are taken. Try again in a moment.")


def _abstract_names_work() -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind("")  # An empty address makes Linux choose an abstract name; others refuse.
        except OSError:
            return False
        return isinstance(probe.getsockname(), bytes)
