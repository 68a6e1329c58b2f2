"""One look for all: a thread of each process looks for changes, about once a second, and tells all who listen."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.actors.actor import Actor
from services.errors import ReelgateError
from services.updates.change import Change, Position
from services.updates.finding import FoundChanges

log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_AWAY_SECONDS = 5.0
# An event is said before the index has it, and whoever hears of it asks the index.
_SETTLE_SECONDS = 0.2
_REMEMBERED_SECONDS = 60.0
_MOST_REMEMBERED = 2_000
_JOINING_SECONDS = 5.0
_MARK_SECONDS = 300.0
_STOP_SECONDS = 3.0
_BELIEVED_SECONDS = 1.2
_UNKNOWN = object()


class Channel(Protocol):
    """How somebody who listens is told. Neither method waits."""

    def tell(self, changes: Sequence[Change]) -> None:
        """Tell of these changes, all of which may be known."""

    def mark(self, position: Position, *, is_gap: bool) -> None:
        """Say how far all has been told; with `is_gap`, that something was left out on the way."""

    def end(self) -> None:
        """Hang up; whoever listens comes again, and says how far it was told."""


@dataclass(kw_only=True, eq=False, slots=True)
class Subscriber:
    """Somebody who listens."""

    by: Actor
    channel: Channel
    position: Position
    """How far it has been told when it joins."""
    looked_at: float
    """When that was found out, by the monotonic clock."""
    known: Collection[Hashable] = field(default_factory=frozenset)
    """The keys of what it has been told with that."""

    def tell(self, changes: Sequence[Change]) -> None:
        """Tell of what the actor may know."""
        if mine := [change for change in changes if change.seen_by(self.by)]:
            self.channel.tell(mine)


class Broadcast:
    """All who listen to this process."""

    def __init__(
        self, look: Callable[[Position], FoundChanges], *, rights: Callable[[], Hashable] = lambda: None
    ) -> None:
        """`look` finds what has changed since a position; nothing is looked for while nobody listens.

        Whenever `rights` is another than before, everybody has to say anew who they are.
        """
        self._look = look
        self._rights = rights
        self._known_rights: Hashable = _UNKNOWN
        self._doubted_until: float | None = None
        self._lock = threading.Lock()
        self._subscribers: set[Subscriber] = set()
        self._position = Position(at=0)
        self._recent: dict[Hashable, tuple[float, Change]] = {}
        """What was found lately, and when, the newest last."""
        self._since = 0.0
        """The moment from which on nothing is missing in there."""
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._marked = 0.0

    def join(self, subscriber: Subscriber) -> None:
        """Tell this subscriber from now on, and of what was found since it looked for itself."""
        with self._lock:
            if not self._subscribers:
                self._position, self._since = subscriber.position, subscriber.looked_at
                self._recent = {}
            if subscriber.looked_at < self._since - _JOINING_SECONDS:
                subscriber.channel.end()
                return
            if subscriber.looked_at < self._since:
                # It has looked just before another that has joined first: the next look tells all again, in its order.
                self._position, self._since = _earlier(self._position, subscriber.position), subscriber.looked_at
                self._recent = {}
            missed = [
                change
                for key, (found_at, change) in self._recent.items()
                if found_at >= subscriber.looked_at and key not in subscriber.known
            ]
            self._subscribers.add(subscriber)
            if self._thread is None:
                self._thread = threading.Thread(target=self._loop, daemon=True, name="updates")
                self._thread.start()
        subscriber.tell(missed)
        self._wake.set()

    def leave(self, subscriber: Subscriber) -> None:
        """Tell this subscriber nothing more."""
        with self._lock:
            self._subscribers.discard(subscriber)

    def wake(self) -> None:
        """Look soon: something was said in this process."""
        self._wake.set()

    def end_all(self) -> None:
        """Hang up on everybody: who they are has to be asked again."""
        for subscriber in self._all():
            subscriber.channel.end()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def turn(self) -> None:
        """Look once, and tell everybody. Raises what looking raises."""
        begun = time.monotonic()
        self._end_for_other_rights(begun)
        begin = self._position
        found = self._look(begin)
        with self._lock:
            if self._position is not begin:
                return  # Somebody has joined meanwhile who needs an earlier one: the next look finds all of this again.
            fresh = [change for change in found.changes if change.key not in self._recent]
            self._recent |= {change.key: (begun, change) for change in fresh}
            self._forget_old(begun)
            self._position = found.position
            subscribers = tuple(self._subscribers)
        for subscriber in subscribers:
            subscriber.tell(fresh)
        if found.is_gap or begun - self._marked > _MARK_SECONDS:
            self._marked = begun
            for subscriber in subscribers:
                subscriber.channel.mark(found.position, is_gap=found.is_gap)

    def _end_for_other_rights(self, now: float) -> None:
        rights, known = self._rights(), self._known_rights
        self._known_rights = rights
        if known not in (_UNKNOWN, rights):
            # Who somebody is, is believed for a moment: whoever joins within it may be let in by what was before.
            self._doubted_until = now + _BELIEVED_SECONDS
            self.end_all()
        elif self._doubted_until is not None and now >= self._doubted_until:
            self._doubted_until = None
            self.end_all()

    def _forget_old(self, now: float) -> None:
        for key, (found_at, _) in list(self._recent.items()):
            if now - found_at < _REMEMBERED_SECONDS and len(self._recent) <= _MOST_REMEMBERED:
                return
            del self._recent[key]
            self._since = max(self._since, found_at + 0.001)

    def _all(self) -> tuple[Subscriber, ...]:
        with self._lock:
            return tuple(self._subscribers)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            pause = _LOOK_SECONDS
            if not self._all():
                self._wake.wait()
            else:
                try:
                    self.turn()
                except ReelgateError as error:
                    log.warning("pages are not told of changes now: %s", error)
                    pause = _AWAY_SECONDS
                except Exception:
                    log.exception("pages are not told of changes now")
                    pause = _AWAY_SECONDS
            if self._wake.wait(pause):
                self._wake.clear()
                self._stopping.wait(_SETTLE_SECONDS)


def _earlier(one: Position, other: Position) -> Position:
    return Position(number=min(one.number or 0, other.number or 0), at=min(one.at, other.at))
