"""Places for what takes long, of which one client may not have so many that others get none."""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.errors import BusyError


@dataclass(frozen=True)
class FairShare:
    """How much one client may have of what all share.

    The more is free, the more a client may have, and the last places are for those who have none: with a portion of a
    half, one client gets half of all, a second one half of the rest, and so on. Nobody is ever sent away to make room.
    """

    portion: float
    """Of what a client has and what is free, taken together; 1 lets one client have everything."""

    @property
    def is_everything(self) -> bool:
        """Whether nobody has to be counted."""
        return self.portion >= 1

    def allows_one_more(self, *, held: int, free: int) -> bool:
        """Whether a client that holds so many places may take one of those that are free."""
        return free > 0 and (held == 0 or held + 1 <= self.portion * (held + free))


class Places:
    """Places of one process."""

    def __init__(self, limit: int, *, share: FairShare, refusal: str, retry_after: int = 2) -> None:
        """`refusal` is the sentence for a client that gets none."""
        self._limit = limit
        self._share = share
        self._refusal = refusal
        self._retry_after = retry_after
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """How many are taken now."""
        return self._held.total()

    def take(self, client: str) -> Callable[[], None]:
        """Take one for the client; what is returned gives it back, once. Raises `BusyError` when there is none."""
        with self._lock:
            if not self._share.allows_one_more(held=self._held[client], free=self._limit - self.taken):
                raise BusyError(self._refusal, retry_after=self._retry_after)
            self._held[client] += 1
        given_back = contextlib.ExitStack()
        given_back.callback(self._give_back, client)
        return given_back.close

    @contextlib.contextmanager
    def hold(self, client: str) -> Iterator[None]:
        """Hold one for the length of the block; raises `BusyError` when there is none."""
        give_back = self.take(client)
        try:
            yield
        finally:
            give_back()

    def _give_back(self, client: str) -> None:
        with self._lock:
            self._held[client] -= 1
            self._held += Counter()  # Forgets those who hold nothing.
