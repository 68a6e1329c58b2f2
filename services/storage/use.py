"""What this process asks of storage and takes from it, counted in memory until somebody writes it down.

Storage bills what writes and lists, what reads, and the bytes that are read; what deletes is free. What is asked for no
video in particular is on nobody's account, and of the hot tier, where records and words lie.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

_FREE = "DELETE"
_READS = frozenset({"GET", "HEAD"})
_LIST = "list"


@dataclass(frozen=True, slots=True)
class UsedFor:
    """What something was asked for: the tier that it lies in, and the account that it belongs to."""

    tier: str = "hot"
    owner: str = ""


NO_VIDEO = UsedFor()


@dataclass(frozen=True, kw_only=True)
class StorageUse:
    """How much was asked and taken."""

    writes: int = 0
    """Operations that wrote or listed."""
    reads: int = 0
    """Other operations, but for those that deleted."""
    read_bytes: int = 0

    def __add__(self, other: "StorageUse") -> "StorageUse":
        return StorageUse(
            writes=self.writes + other.writes,
            reads=self.reads + other.reads,
            read_bytes=self.read_bytes + other.read_bytes,
        )


_NONE = StorageUse()


class UseCounter:
    """Counts, for all threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: dict[UsedFor, StorageUse] = {}

    def ask(self, operation: str, used_for: UsedFor = NO_VIDEO) -> None:
        """Count one operation, said by its method and what it is about: `PUT block`, `GET list`."""
        method, _, about = operation.partition(" ")
        if method == _FREE:
            return
        reads = method in _READS and about != _LIST
        self._add(used_for, StorageUse(reads=1) if reads else StorageUse(writes=1))

    def take(self, size: int, used_for: UsedFor = NO_VIDEO) -> None:
        """Count bytes that were read."""
        self._add(used_for, StorageUse(read_bytes=size))

    def drain(self) -> Mapping[UsedFor, StorageUse]:
        """All that was counted since the last time; whoever cannot keep it gives it back."""
        with self._lock:
            counted, self._counted = self._counted, {}
        return counted

    def give_back(self, counted: Mapping[UsedFor, StorageUse]) -> None:
        """Count again what could not be kept."""
        for used_for, use in counted.items():
            self._add(used_for, use)

    def _add(self, used_for: UsedFor, use: StorageUse) -> None:
        with self._lock:
            self._counted[used_for] = self._counted.get(used_for, _NONE) + use


STORAGE_USE = UseCounter()
"""That of this process, as figures are."""
