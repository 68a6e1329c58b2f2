"""Being told of changes, as whoever asks meets it."""

import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from services.actors.actor import Actor
from services.actors.policy import Act, require
from services.places import Places
from services.updates.broadcast import Broadcast, Channel, Subscriber
from services.updates.change import Change, Position
from services.updates.finding import ChangeFinder


@dataclass(frozen=True, kw_only=True)
class Missed:
    """What somebody has not been told yet."""

    changes: Sequence[Change]
    """Those of which the actor may know."""
    position: Position
    is_gap: bool
    """Whether there may be more than can be said."""
    looked_at: float
    known: frozenset[Hashable]


class Updates:
    """What changes, for each actor as far as it may know of it."""

    def __init__(self, finding: ChangeFinder, broadcast: Broadcast, places: Places) -> None:
        """`places` are those of the subscribers of this process."""
        self._finding = finding
        self._broadcast = broadcast
        self._places = places

    def take_place(self, client: str, *, by: Actor) -> Callable[[], None]:
        """A place to listen from; what is returned gives it back. Raises `BusyError` when there is none."""
        require(by, Act.LIST)
        return self._places.take(client)

    def missed(self, position: Position | None, *, by: Actor) -> Missed:
        """What the actor has not been told of since then: nothing where it begins only now."""
        require(by, Act.LIST)
        looked_at = time.monotonic()
        if position is None:
            now = self._finding.now()
            return Missed(changes=(), position=now, is_gap=False, looked_at=looked_at, known=frozenset())
        found = self._finding.after(position)
        return Missed(
            changes=[change for change in found.changes if change.seen_by(by)],
            position=found.position,
            is_gap=found.is_gap,
            looked_at=looked_at,
            known=frozenset(change.key for change in found.changes),
        )

    def listen(self, channel: Channel, missed: Missed, *, by: Actor) -> Callable[[], None]:
        """Tell of all that comes after what was missed; what is returned ends that."""
        subscriber = Subscriber(
            by=by, channel=channel, position=missed.position, looked_at=missed.looked_at, known=missed.known
        )
        self._broadcast.join(subscriber)
        subscriber.known = frozenset()
        return lambda: self._broadcast.leave(subscriber)
