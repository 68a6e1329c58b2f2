"""What one process remembers of uploads it has served a moment ago: only ever a short cut, never the truth."""

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class RecentlyUsed(Generic[T]):
    """Something for each of the uploads served last; those left alone the longest are forgotten."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, T] = OrderedDict()

    def take(self, upload_id: str) -> T | None:
        """What is remembered of an upload, which then is nobody else's."""
        with self._lock:
            return self._kept.pop(upload_id, None)

    def keep(self, upload_id: str, remembered: T) -> None:
        """Remember something for the upload's next request."""
        with self._lock:
            self._kept[upload_id] = remembered
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
